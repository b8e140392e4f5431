#include "downloads.h"

#include "address_policy.h"
#include "metadata_claims.h"
#include "parts.h"
#include "posix_disk.h"
#include "status.h"

#include <libtorrent/alert_types.hpp>
#include <libtorrent/ip_filter.hpp>
#include <libtorrent/peer_class.hpp>
#include <libtorrent/peer_info.hpp>
#include <libtorrent/read_resume_data.hpp>
#include <libtorrent/session_params.hpp>
#include <libtorrent/torrent_flags.hpp>
#include <libtorrent/torrent_status.hpp>
#include <libtorrent/write_resume_data.hpp>

#include <algorithm>

namespace et {
namespace {

constexpr int max_resume_depth = 100;
constexpr int max_resume_tokens = 2'000'000;

bool is_full(lt::error_code const& ec) {
    return ec == boost::system::errc::no_space_on_device || ec == boost::system::errc::make_error_condition(static_cast<boost::system::errc::errc_t>(EDQUOT));
}

// What resume data says of the pieces; everything else comes from the source. Data of another torrent is refused.
void adopt(lt::add_torrent_params& params, lt::span<char const> bytes, limits const& limit) {
    lt::load_torrent_limits limits;
    limits.max_pieces = limit.pieces;
    limits.max_decode_depth = max_resume_depth;
    limits.max_decode_tokens = max_resume_tokens;
    lt::error_code ec;
    auto saved = lt::read_resume_data(bytes, ec, limits);
    if (ec) throw failure(ET_E_MALFORMED, "the resume data can't be read: " + ec.message());
    auto const& own = params.info_hashes;
    auto const& other = saved.info_hashes;
    bool const same = (own.has_v1() && own.v1 == other.v1) || (own.has_v2() && own.v2 == other.v2);
    if (!same) throw failure(ET_E_MALFORMED, "the resume data is of another torrent");
    params.have_pieces = std::move(saved.have_pieces);
    params.verified_pieces = std::move(saved.verified_pieces);
    params.unfinished_pieces = std::move(saved.unfinished_pieces);
    params.merkle_trees = std::move(saved.merkle_trees);
    params.merkle_tree_mask = std::move(saved.merkle_tree_mask);
    params.verified_leaf_hashes = std::move(saved.verified_leaf_hashes);
    params.renamed_files = std::move(saved.renamed_files);
    params.file_priorities = std::move(saved.file_priorities);
}

// The pieces of files, those that two of them share once.
std::vector<std::pair<int, int>> pieces_of(lt::file_storage const& layout, std::vector<int> files) {
    std::sort(files.begin(), files.end());
    std::vector<std::pair<int, int>> out;
    int next = 0;
    for (int const f : files) {
        lt::file_index_t const file(f);
        if (layout.file_size(file) == 0) continue;
        auto const from = layout.file_offset(file), to = from + layout.file_size(file);
        auto const first = std::max(next, static_cast<int>(from / layout.piece_length()));
        next = std::max(next, static_cast<int>((to - 1) / layout.piece_length()) + 1);
        if (first < next) out.emplace_back(first, next);
    }
    return out;
}

int state_of(lt::torrent_status const& s, download const& d) {
    if (!s.has_metadata) return ET_DOWNLOAD_METADATA;
    if (s.state == lt::torrent_status::checking_files || s.state == lt::torrent_status::checking_resume_data) return ET_DOWNLOAD_CHECKING;
    if (!d.started) return ET_DOWNLOAD_IDLE;
    // Between the choice of files and its effect nothing seems to be wanted, and that would be finished.
    bool const done = s.is_finished && s.total_wanted >= d.expected && s.total_wanted_done >= s.total_wanted;
    return done ? ET_DOWNLOAD_FINISHED : ET_DOWNLOAD_RUNNING;
}

}

lt::settings_pack make_download_settings(et_options const& options, et_transfer_options const& transfer) {
    using sp = lt::settings_pack;
    auto s = make_settings(options);
    s.set_int(sp::alert_mask, lt::alert_category::error | lt::alert_category::storage);
    // Those that make_settings keeps small for the block fetcher; here libtorrent asks itself.
    s.set_int(sp::max_out_request_queue, 1000);
    s.set_int(sp::whole_pieces_threshold, 20);
    s.set_int(sp::peer_connect_timeout, 15);
    s.set_int(sp::min_reconnect_time, 5);
    s.set_int(sp::max_failcount, 6);
    s.set_int(sp::tick_interval, 100);
    s.set_int(sp::active_seeds, -1);
    s.set_int(sp::active_checking, 2);
    s.set_int(sp::download_rate_limit, static_cast<int>(transfer.down_limit));
    s.set_int(sp::upload_rate_limit, static_cast<int>(transfer.up_limit));
    return s;
}

}

et_downloads::et_downloads(et_options const& options, et_transfer_options const& transfer)
    : limit_{options.max_metadata, options.max_files, options.max_pieces, options.max_trackers}, peer_exchange_(options.peer_exchange != 0) {
    lt::session_params params(et::make_download_settings(options, transfer));
    if (!options.allow_private_networks) filter_ = et::public_internet_only();
    params.ip_filter = filter_;
    params.disk_io_constructor = et::make_posix_disk;
    engine = std::make_unique<lt::session>(std::move(params));
    // The limits hold for every address: by default those of the local network would have none.
    lt::ip_filter all;
    auto const global = 1u << static_cast<std::uint32_t>(lt::session::global_peer_class_id);
    all.add_rule(lt::make_address("0.0.0.0"), lt::make_address("255.255.255.255"), global);
    all.add_rule(lt::make_address("::"), lt::make_address("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"), global);
    engine->set_peer_class_filter(all);
}

std::int64_t et_downloads::add(et_source const& source, std::string const& directory, lt::span<char const> resume) {
    auto params = et::read_source(source, limit_);
    if (params.ti) params.info_hashes = params.ti->info_hashes();
    if (resume.size() > 0) et::adopt(params, resume, limit_);
    params.save_path = directory;
    params.flags = lt::torrent_flags::apply_ip_filter | lt::torrent_flags::duplicate_is_error | lt::torrent_flags::override_trackers |
                   lt::torrent_flags::override_web_seeds | lt::torrent_flags::default_dont_download | lt::torrent_flags::paused;
    if (!peer_exchange_) params.flags |= lt::torrent_flags::disable_pex;
    std::shared_ptr<et::metadata_claims> claims;
    if (!params.ti) {
        claims = std::make_shared<et::metadata_claims>(limit_.metadata);
        params.extensions.push_back([claims](lt::torrent_handle const&, lt::client_data_t) { return et::make_claims_plugin(claims); });
    }
    lt::error_code ec;
    auto handle = engine->add_torrent(std::move(params), ec);
    if (ec) throw et::failure(ET_E_ENGINE, ec.message());
    handle.resume();
    std::lock_guard<std::mutex> lock(mutex_);
    auto const id = next_id_++;
    auto& d = downloads_[id];
    d.handle = std::move(handle);
    d.claims = std::move(claims);
    return id;
}

et::download& et_downloads::find(std::int64_t torrent) {
    auto const found = downloads_.find(torrent);
    if (found == downloads_.end()) throw et::failure(ET_E_ARGUMENT, "no such torrent");
    return found->second;
}

lt::torrent_handle et_downloads::handle(std::int64_t torrent) {
    std::lock_guard<std::mutex> lock(mutex_);
    return find(torrent).handle;
}

std::shared_ptr<lt::torrent_info const> et_downloads::info_of(std::int64_t torrent) {
    auto const h = handle(torrent);
    auto info = h.torrent_file();
    if (!info || !info->is_valid()) throw et::failure(ET_E_NO_METADATA, "the info dictionary is not here yet");
    std::string message;
    if (int const code = et::check_info(*info, limit_, message)) throw et::failure(code, message);
    std::lock_guard<std::mutex> lock(mutex_);
    find(torrent).info = info;
    return info;
}

void et_downloads::start(std::int64_t torrent, std::vector<int> const& files, std::vector<std::string> const& names, bool recheck) {
    auto const info = info_of(torrent);
    auto const h = handle(torrent);
    auto const& layout = info->orig_files();
    std::vector<lt::download_priority_t> priorities(static_cast<std::size_t>(layout.num_files()), lt::dont_download);
    std::int64_t expected = 0;
    for (std::size_t i = 0; i < files.size(); ++i) {
        lt::file_index_t const file(files[i]);
        if (files[i] < 0 || file >= layout.end_file() || layout.pad_file_at(file)) throw et::failure(ET_E_ARGUMENT, "no such file");
        // Before anything is wanted of it, so that no byte is ever written under the torrent's own name.
        h.rename_file(file, names[i]);
        priorities[static_cast<std::size_t>(files[i])] = lt::default_priority;
        expected += layout.file_size(file);
    }
    {
        std::lock_guard<std::mutex> lock(mutex_);
        auto& d = find(torrent);
        d.started = true;
        d.expected = expected;
        d.wanted = et::pieces_of(layout, files);
    }
    h.prioritize_files(priorities);
    if (recheck) h.force_recheck();
}

void et_downloads::recheck(std::int64_t torrent) { handle(torrent).force_recheck(); }

et_download_status et_downloads::status(std::int64_t torrent) {
    auto const s = handle(torrent).status(lt::torrent_handle::query_distributed_copies);
    std::lock_guard<std::mutex> lock(mutex_);
    take_alerts();
    auto& d = find(torrent);
    et_download_status out{};
    out.state = et::state_of(s, d);
    out.done_bytes = s.total_wanted_done;
    out.wanted_bytes = s.total_wanted;
    out.payload_bytes = s.total_payload_download;
    out.wasted_bytes = s.total_failed_bytes + s.total_redundant_bytes;
    out.uploaded_bytes = s.total_payload_upload;
    out.down_rate = s.download_payload_rate;
    out.up_rate = s.upload_payload_rate;
    out.peers = s.num_peers;
    out.seeds = s.num_seeds;
    out.known_peers = s.list_peers;
    out.missing_here = s.distributed_full_copies == 0 && s.num_seeds == 0 ? 1 : 0;
    out.checked = s.progress;
    if (d.error == ET_DOWNLOAD_OK && s.errc) {
        d.error = et::is_full(s.errc) ? ET_DOWNLOAD_DISK_FULL : s.error_file >= lt::file_index_t(0) ? ET_DOWNLOAD_DISK : ET_DOWNLOAD_ENGINE;
        d.message = s.errc.message();
    }
    if (d.error == ET_DOWNLOAD_OK && d.claims && !s.has_metadata && d.claims->refuses()) {
        d.error = ET_DOWNLOAD_LIMIT;
        d.message = "all peers that have the metadata say that it is longer than " + std::to_string(limit_.metadata) + " bytes";
    }
    out.error = d.error;
    et::copy_text(out.message, sizeof(out.message), d.message);
    return out;
}

std::vector<std::uint8_t> et_downloads::map(std::int64_t torrent, int most) {
    auto const s = handle(torrent).status(lt::torrent_handle::query_pieces);
    std::vector<std::pair<int, int>> wanted;
    {
        std::lock_guard<std::mutex> lock(mutex_);
        wanted = find(torrent).wanted;
    }
    int total = 0;
    for (auto const& [first, end] : wanted) total += end - first;
    std::vector<std::uint8_t> parts(static_cast<std::size_t>(std::min(most, total)));
    if (parts.empty()) return parts;
    et::part_counter counter(total, static_cast<int>(parts.size()));
    int at = 0;
    for (auto const& [first, end] : wanted) {
        for (lt::piece_index_t piece(first); piece < lt::piece_index_t(end); ++piece, ++at)
            if (piece < s.pieces.end_index() && s.pieces.get_bit(piece)) counter.add(at, at + 1);
    }
    counter.write(parts.data());
    return parts;
}

void et_downloads::connect(std::int64_t torrent, std::string const& text) {
    lt::tcp::endpoint endpoint;
    if (!et::parse_endpoint(text, endpoint)) throw et::failure(ET_E_ARGUMENT, "not an endpoint: " + text);
    if (filter_.access(endpoint.address()) & lt::ip_filter::blocked) return;
    // As from a tracker: who failed before is given another try. Without the flag that says that it can encrypt it is dialed in
    // plain first, and encrypted when it does not take that: RC4 would be a third of what a fast download costs.
    handle(torrent).connect_peer(endpoint, lt::peer_info::tracker, {});
}

std::vector<std::string> et_downloads::serving_peers(std::int64_t torrent, std::size_t limit) {
    std::vector<lt::peer_info> peers;
    handle(torrent).get_peer_info(peers);
    peers.erase(std::remove_if(peers.begin(), peers.end(), [](auto const& p) { return p.total_download == 0 || (p.flags & lt::peer_info::connecting); }), peers.end());
    std::sort(peers.begin(), peers.end(), [](auto const& a, auto const& b) { return a.total_download > b.total_download; });
    std::vector<std::string> out;
    for (auto const& p : peers)
        // Who dialled us did so from a port that nobody listens on.
        if (out.size() < limit && (p.flags & lt::peer_info::local_connection)) out.push_back(et::format_endpoint(p.ip));
    return out;
}

void et_downloads::save(std::int64_t torrent) {
    auto const h = handle(torrent);
    {
        std::lock_guard<std::mutex> lock(mutex_);
        auto& d = find(torrent);
        if (d.saving) return;
        d.saving = true;
        d.save_failed = false;
        d.saved.clear();
    }
    h.save_resume_data(lt::torrent_handle::flush_disk_cache);
}

std::vector<char> et_downloads::take_saved(std::int64_t torrent, std::size_t capacity, std::size_t& size) {
    std::lock_guard<std::mutex> lock(mutex_);
    take_alerts();
    auto& d = find(torrent);
    if (d.save_failed) {
        d.saving = d.save_failed = false;
        throw et::failure(ET_E_ENGINE, "the resume data could not be saved");
    }
    size = d.saved.size();
    if (size == 0 || size > capacity) return {};
    d.saving = false;
    return std::move(d.saved);
}

void et_downloads::remove(std::int64_t torrent) {
    auto const h = handle(torrent);
    {
        std::lock_guard<std::mutex> lock(mutex_);
        downloads_.erase(torrent);
        removed_[torrent] = h;
    }
    engine->remove_torrent(h);
}

bool et_downloads::gone(std::int64_t torrent) {
    std::lock_guard<std::mutex> lock(mutex_);
    auto const found = removed_.find(torrent);
    if (found == removed_.end()) return true;
    // The torrent owns its storage: with it the last write is over.
    if (found->second.is_valid()) return false;
    removed_.erase(found);
    return true;
}

void et_downloads::take_alerts() {
    std::vector<lt::alert*> alerts;
    engine->pop_alerts(&alerts);
    auto const find_handle = [this](lt::torrent_handle const& handle) -> et::download* {
        auto const found = std::find_if(downloads_.begin(), downloads_.end(), [&](auto const& d) { return d.second.handle == handle; });
        return found == downloads_.end() ? nullptr : &found->second;
    };
    auto const fail = [](et::download* d, int error, std::string message) {
        if (!d || d->error != ET_DOWNLOAD_OK) return;
        d->error = error;
        d->message = std::move(message);
    };
    for (auto* alert : alerts) {
        if (auto const* saved = lt::alert_cast<lt::save_resume_data_alert>(alert)) {
            if (auto* d = find_handle(saved->handle)) d->saved = lt::write_resume_data_buf(saved->params);
        } else if (auto const* unsaved = lt::alert_cast<lt::save_resume_data_failed_alert>(alert)) {
            if (auto* d = find_handle(unsaved->handle)) d->save_failed = true;
        } else if (auto const* file = lt::alert_cast<lt::file_error_alert>(alert)) {
            fail(find_handle(file->handle), et::is_full(file->error) ? ET_DOWNLOAD_DISK_FULL : ET_DOWNLOAD_DISK, file->error.message());
        } else if (auto const* unnamed = lt::alert_cast<lt::file_rename_failed_alert>(alert)) {
            fail(find_handle(unnamed->handle), ET_DOWNLOAD_DISK, unnamed->error.message());
        } else if (auto const* failed = lt::alert_cast<lt::metadata_failed_alert>(alert)) {
            // A wrong hash is a peer's lie, not the torrent's fault.
            bool const limit = failed->error == lt::errors::too_many_pieces_in_torrent || failed->error == lt::errors::metadata_too_large;
            if (failed->error != lt::errors::mismatching_info_hash)
                fail(find_handle(failed->handle), limit ? ET_DOWNLOAD_LIMIT : ET_DOWNLOAD_MALFORMED, failed->error.message());
        } else if (auto const* error = lt::alert_cast<lt::torrent_error_alert>(alert)) {
            fail(find_handle(error->handle), et::is_full(error->error) ? ET_DOWNLOAD_DISK_FULL : ET_DOWNLOAD_ENGINE, error->error.message());
        }
    }
}
