#include "address_policy.h"
#include "block_fetcher.h"

#include <libtorrent/error_code.hpp>
#include <libtorrent/peer_request.hpp>

#include <algorithm>

namespace et {
namespace {

constexpr int max_reqq = 2000;
constexpr std::size_t max_allowed_fast = 1024;
constexpr auto refusal_time = std::chrono::seconds(2);
constexpr int ut_metadata_message = 2; // the id that libtorrent asks others to use for ut_metadata
constexpr int least_metadata_part = 64; // requests and rejections are shorter
constexpr char message_request = 6;
constexpr char message_cancel = 8;

void append_message(std::string& to, char message, block_id id, int length) {
    auto const number = [&to](std::uint32_t v) {
        for (int shift = 24; shift >= 0; shift -= 8) to += static_cast<char>(v >> shift);
    };
    number(13);
    to += message;
    number(static_cast<std::uint32_t>(id.piece));
    number(static_cast<std::uint32_t>(id.block) * block_size);
    number(static_cast<std::uint32_t>(length));
}

}

block_peer::block_peer(lt::peer_connection_handle c, std::shared_ptr<block_fetcher> f)
    : connection(std::move(c)), fetcher(std::move(f)), identity(identity_of(connection.remote().address())) {
    fetcher->peers_.push_back(this);
}

block_peer::~block_peer() {
    auto& all = fetcher->peers_;
    all.erase(std::remove(all.begin(), all.end(), this), all.end());
}

bool block_peer::on_handshake(span<char const>) {
    if (!ready) {
        ready = true;
        ++fetcher->peers_ready_;
    }
    if (fetcher->banned_.count(identity)) drop();
    return true;
}

bool block_peer::on_extension_handshake(lt::bdecode_node const& message) {
    if (message.type() != lt::bdecode_node::dict_t) return true;
    max_requests = static_cast<int>(std::max<std::int64_t>(1, std::min<std::int64_t>(max_reqq, message.dict_find_int_value("reqq", max_requests))));
    auto const port = message.dict_find_int_value("p", 0);
    if (port > 0 && port <= 65535) listen_port = static_cast<int>(port);
    metadata_size = std::max<std::int64_t>(0, message.dict_find_int_value("metadata_size", 0));
    return true;
}

// ut_metadata handles the message; here is only noted who sent one.
bool block_peer::on_extended(int length, int message, span<char const>) {
    if (message == ut_metadata_message && length >= least_metadata_part) sent_metadata = true;
    return false;
}

bool block_peer::on_choke() {
    choked = true;
    fetcher->take_all_back(*this, false, true);
    fetcher->pump_all();
    return false;
}

bool block_peer::on_unchoke() {
    choked = false;
    refused.clear();
    fetcher->pump(*this);
    return false;
}

bool block_peer::on_allowed_fast(lt::piece_index_t piece) {
    if (allowed_fast.size() < max_allowed_fast) allowed_fast.insert(static_cast<int>(piece));
    fetcher->pump(*this);
    return false;
}

bool block_peer::on_reject(lt::peer_request const& r) {
    block_id const id{static_cast<int>(r.piece), r.start / block_size};
    if (late.erase(id)) return true;
    if (!asked_for(id)) return false;
    fetcher->take_back(*this, id, false);
    late.erase(id);
    refused[id] = clock::now() + refusal_time;
    if (choked) allowed_fast.erase(id.piece);
    fetcher->pump_all();
    return true;
}

bool block_peer::on_piece(lt::peer_request const& r, span<char const> data) {
    block_id const id{static_cast<int>(r.piece), r.start / block_size};
    bool const shaped = r.start >= 0 && r.start % block_size == 0 && fetcher->store_->contains(id) && data.size() == fetcher->store_->block_length(id);
    if (gone || !shaped || !(asked_for(id) || late.count(id))) {
        drop();
        return true;
    }
    // Handed on, libtorrent takes the block into its own books; swallowed, it never hears of it.
    return fetcher->receive(*this, id, data) == block_fetcher::verdict::swallow;
}

void block_peer::on_disconnect(lt::error_code const&) {
    if (gone) return;
    gone = true;
    if (ready) --fetcher->peers_ready_;
    fetcher->take_all_back(*this, false, false);
    fetcher->pump_all();
}

void block_peer::sent_payload(int bytes) { fetcher->uploaded_ += bytes; }

bool block_peer::asked_for(block_id id) const { return std::find(out.begin(), out.end(), id) != out.end(); }

void block_peer::put_request(block_id id, int length) {
    append_message(unsent, message_request, id, length);
    late.erase(id);
}

void block_peer::put_cancel(block_id id, int length) {
    append_message(unsent, message_cancel, id, length);
    late.insert(id);
}

void block_peer::flush() {
    if (unsent.empty()) return;
    if (!gone && !connection.is_disconnecting()) connection.send_buffer(unsent.data(), static_cast<int>(unsent.size()));
    unsent.clear();
}

void block_peer::drop() {
    if (!connection.is_disconnecting()) connection.disconnect(lt::errors::invalid_piece, lt::operation_t::bittorrent, lt::peer_connection_interface::peer_error);
}

}
