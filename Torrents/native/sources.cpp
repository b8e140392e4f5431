// Magnet links, .torrent files and info dictionaries, read and checked.
#include "address_policy.h"
#include "session.h"
#include "status.h"

#include <libtorrent/bdecode.hpp>
#include <libtorrent/error_code.hpp>
#include <libtorrent/hasher.hpp>
#include <libtorrent/magnet_uri.hpp>

namespace et {
namespace {

constexpr std::int64_t max_magnet = 64 * 1024;
constexpr std::int64_t max_torrent_file = 10 * 1024 * 1024;
constexpr int max_depth = 100;
constexpr int max_tokens = 2'000'000;
constexpr int min_piece_length = 16;
constexpr int max_piece_length = 64 * 1024 * 1024;

[[noreturn]] void refuse(lt::error_code const& ec) {
    bool const limit = ec == lt::errors::too_many_pieces_in_torrent || ec == lt::errors::metadata_too_large || ec == lt::bdecode_errors::depth_exceeded ||
                       ec == lt::bdecode_errors::limit_exceeded;
    throw failure(limit ? ET_E_LIMIT : ET_E_MALFORMED, ec.message());
}

lt::load_torrent_limits load_limits(limits const& limit) {
    lt::load_torrent_limits l;
    l.max_buffer_size = static_cast<int>(max_torrent_file);
    l.max_pieces = limit.pieces;
    l.max_decode_depth = max_depth;
    l.max_decode_tokens = max_tokens;
    return l;
}

std::shared_ptr<lt::torrent_info> read_torrent(lt::span<char const> bytes, limits const& limit) {
    try {
        return std::make_shared<lt::torrent_info>(bytes, load_limits(limit), lt::from_span);
    } catch (lt::system_error const& e) {
        refuse(e.code());
    }
}

lt::add_torrent_params read_info(lt::span<char const> bytes, limits const& limit) {
    lt::error_code ec;
    int position = 0;
    auto const node = lt::bdecode(bytes, ec, &position, max_depth, max_tokens);
    if (ec) refuse(ec);
    if (node.type() != lt::bdecode_node::dict_t || node.data_section().size() != bytes.size()) throw failure(ET_E_MALFORMED, "the info dictionary is not a dictionary");
    lt::add_torrent_params params;
    bool const v2 = node.dict_find_int_value("meta version", 0) == 2;
    if (v2) params.info_hashes.v2 = lt::hasher256(bytes).final();
    if (!v2 || node.dict_find_string("pieces")) params.info_hashes.v1 = lt::hasher(bytes).final();
    if (v2) {
        // The piece layers are not in it; the swarm has them, and the dictionary comes along (BEP 52).
        return params;
    }
    std::string file = "d4:info";
    file.append(bytes.data(), static_cast<std::size_t>(bytes.size()));
    file += 'e';
    params.ti = read_torrent(file, limit);
    return params;
}

}

int check_info(lt::torrent_info const& info, limits const& limit, std::string& message) {
    auto const length = info.piece_length();
    if (info.num_files() > limit.files) {
        message = "more than " + std::to_string(limit.files) + " files";
    } else if (info.num_pieces() > limit.pieces) {
        message = "more than " + std::to_string(limit.pieces) + " pieces";
    } else if (length < min_piece_length || length > max_piece_length) {
        message = "piece length " + std::to_string(length);
    } else if ((length & (length - 1)) != 0 && length % block_size != 0) {
        message = "piece length " + std::to_string(length) + " is neither a power of two nor a multiple of 16 KiB";
    } else {
        return ET_OK;
    }
    return ET_E_LIMIT;
}

lt::add_torrent_params read_source(et_source const& source, limits const& limit) {
    auto const cap = source.kind == ET_SOURCE_MAGNET ? max_magnet : source.kind == ET_SOURCE_TORRENT ? max_torrent_file : limit.metadata;
    if (source.length <= 0) throw failure(ET_E_MALFORMED, "the source is empty");
    if (source.length > cap) throw failure(ET_E_LIMIT, "the source is longer than " + std::to_string(cap) + " bytes");
    lt::span<char const> const bytes(reinterpret_cast<char const*>(source.bytes), static_cast<std::ptrdiff_t>(source.length));
    lt::add_torrent_params params;
    if (source.kind == ET_SOURCE_MAGNET) {
        lt::error_code ec;
        params = lt::parse_magnet_uri(std::string(bytes.data(), static_cast<std::size_t>(bytes.size())), ec);
        if (ec) refuse(ec);
    } else if (source.kind == ET_SOURCE_TORRENT) {
        params.ti = read_torrent(bytes, limit);
        for (auto const& tracker : params.ti->trackers()) params.trackers.push_back(tracker.url);
    } else if (source.kind == ET_SOURCE_INFO) {
        params = read_info(bytes, limit);
    } else {
        throw failure(ET_E_ARGUMENT, "unknown kind of source");
    }
    if (static_cast<int>(params.trackers.size()) > limit.trackers) throw failure(ET_E_LIMIT, "more than " + std::to_string(limit.trackers) + " trackers");
    if (params.ti) {
        std::string message;
        if (int const code = check_info(*params.ti, limit, message)) throw failure(code, message);
        // Trackers come from params only, web seeds from nowhere.
        auto plain = std::make_shared<lt::torrent_info>(*params.ti);
        plain->clear_trackers();
        plain->set_web_seeds({});
        params.ti = std::move(plain);
    }
    auto trackers = params.trackers;
    for (auto& more : split_lines(source.trackers)) trackers.push_back(std::move(more));
    params.trackers = usable_trackers(trackers, limit.trackers);
    params.tracker_tiers.clear();
    params.url_seeds.clear();
    params.http_seeds.clear();
    params.dht_nodes.clear();
    params.file_priorities.clear();
    params.piece_priorities.clear();
    params.have_pieces.clear();
    params.verified_pieces.clear();
    params.unfinished_pieces.clear();
    for (auto const& line : split_lines(source.peers)) {
        lt::tcp::endpoint endpoint;
        if (parse_endpoint(line, endpoint)) params.peers.push_back(endpoint);
    }
    return params;
}

}
