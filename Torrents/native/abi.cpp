// The exported functions: arguments checked, results copied, failures turned into status codes.
#include "eventtorrent.h"
#include "parts.h"
#include "session.h"
#include "status.h"
#include "swarm.h"

#include <libtorrent/version.hpp>

#include <boost/asio/post.hpp>

#include <algorithm>
#include <cstring>

namespace {

constexpr int max_ranges = 65536;
constexpr std::size_t max_serving_peers = 16;

void require(bool condition, char const* message) {
    if (!condition) throw et::failure(ET_E_ARGUMENT, message);
}

int copy_out(std::string const& text, char* buffer, int capacity) {
    require(buffer && capacity > 0, "no buffer");
    et::copy_text(buffer, capacity, text);
    return static_cast<int>(text.size()) < capacity ? ET_OK : et::set_last_error(ET_E_SMALL, "buffer too small");
}

}

int et_abi_check(int version, int options_size, int source_size, int range_size, int status_size, int event_size) {
    return et::guarded([&] {
        bool const same = version == ET_ABI_VERSION && options_size == static_cast<int>(sizeof(et_options)) && source_size == static_cast<int>(sizeof(et_source)) &&
                          range_size == static_cast<int>(sizeof(et_range)) && status_size == static_cast<int>(sizeof(et_torrent_status)) &&
                          event_size == static_cast<int>(sizeof(et_event));
        if (!same) throw et::failure(ET_E_ABI, "the native engine was built from another version of its header (ABI " + std::to_string(ET_ABI_VERSION) + ")");
        return ET_OK;
    });
}

int et_version(char* buffer, int capacity) {
    return et::guarded([&] { return copy_out(lt::version(), buffer, capacity); });
}

int et_last_error(char* buffer, int capacity) {
    if (!buffer || capacity <= 0) return ET_E_ARGUMENT;
    et::copy_text(buffer, capacity, et::last_error());
    return ET_OK;
}

int et_session_create(const et_options* options, et_session** out) {
    return et::guarded([&] {
        require(options && out && options->listen_interfaces && options->dht_bootstrap, "null argument");
        require(options->memory_cap > 0 && options->max_connections > 0 && options->max_metadata > 0 && options->max_files > 0 && options->max_pieces > 0 &&
                    options->max_trackers >= 0,
                "a limit is not positive");
        *out = new et_session(*options);
        return ET_OK;
    });
}

int et_session_destroy(et_session* session) {
    return et::guarded([&] {
        delete session;
        return ET_OK;
    });
}

int et_listen_port(et_session* session, int* port) {
    return et::guarded([&] {
        require(session && port, "null argument");
        *port = session->engine->listen_port();
        return ET_OK;
    });
}

int et_memory(et_session* session, int64_t* used, int64_t* cap) {
    return et::guarded([&] {
        require(session && used && cap, "null argument");
        *used = session->budget->used();
        *cap = session->budget->cap();
        return ET_OK;
    });
}

int et_add(et_session* session, const et_source* source, int64_t* torrent) {
    return et::guarded([&] {
        require(session && source && torrent && source->bytes && source->trackers && source->peers, "null argument");
        *torrent = session->add(*source);
        return ET_OK;
    });
}

int et_remove(et_session* session, int64_t torrent) {
    return et::guarded([&] {
        require(session, "null argument");
        session->remove(torrent);
        return ET_OK;
    });
}

int et_connect_peer(et_session* session, int64_t torrent, const char* endpoint) {
    return et::guarded([&] {
        require(session && endpoint, "null argument");
        session->connect(torrent, endpoint);
        return ET_OK;
    });
}

int et_metadata(et_session* session, int64_t torrent, uint8_t* buffer, int64_t capacity, int64_t* size) {
    return et::guarded([&] {
        require(session && size && (buffer || capacity == 0), "null argument");
        auto const section = session->info_of(torrent)->info_section();
        *size = section.size();
        if (capacity < section.size()) return et::set_last_error(ET_E_SMALL, "buffer too small");
        std::memcpy(buffer, section.data(), static_cast<std::size_t>(section.size()));
        return static_cast<int>(ET_OK);
    });
}

int et_fetch(et_session* session, int64_t torrent, int64_t fetch, const et_range* ranges, int count, int policy, int stall_ms) {
    return et::guarded([&] {
        require(session && ranges, "null argument");
        require(count > 0 && count <= max_ranges && stall_ms > 0, "no ranges, too many ranges, or no time");
        require(policy >= ET_POLICY_BLOCKS && policy <= ET_POLICY_PIECES, "unknown policy");
        session->info_of(torrent);
        auto const entry = session->find(torrent);
        std::vector<std::pair<std::int64_t, std::int64_t>> list;
        for (int i = 0; i < count; ++i) {
            auto const& r = ranges[i];
            require(r.offset >= 0 && r.length > 0 && r.offset < entry.store->total() && r.length <= entry.store->total() - r.offset, "range outside of the torrent");
            list.emplace_back(r.offset, r.length);
        }
        // A fetch that can't fit is refused before its bookkeeping is made.
        std::int64_t sum = 0;
        for (auto const& r : list) sum += r.second;
        if (sum > session->budget->cap()) throw et::failure(ET_E_MEMORY, "the ranges are larger than the memory budget of the session");
        post(session->engine->get_context(), [fetcher = entry.fetcher, fetch, list = std::move(list), policy, stall_ms] {
            fetcher->start_fetch(fetch, list, policy, std::chrono::milliseconds(stall_ms));
        });
        return ET_OK;
    });
}

int et_cancel(et_session* session, int64_t torrent, int64_t fetch) {
    return et::guarded([&] {
        require(session, "null argument");
        post(session->engine->get_context(), [fetcher = session->find(torrent).fetcher, fetch] { fetcher->cancel_fetch(fetch, ET_E_CANCELLED, "cancelled"); });
        return ET_OK;
    });
}

int et_read(et_session* session, int64_t torrent, int64_t offset, uint8_t* buffer, int64_t length, int* verified) {
    return et::guarded([&] {
        require(session && buffer && verified, "null argument");
        auto const store = session->find(torrent).store;
        if (!store->has_layout()) throw et::failure(ET_E_NO_METADATA, "the info dictionary is not here yet");
        require(offset >= 0 && length > 0 && offset < store->total() && length <= store->total() - offset, "range outside of the torrent");
        bool all = false;
        if (!store->read(offset, reinterpret_cast<char*>(buffer), length, all)) throw et::failure(ET_E_NOT_FETCHED, "a byte of the range is not here");
        *verified = all ? 1 : 0;
        return ET_OK;
    });
}

int et_map(et_session* session, int64_t torrent, int64_t offset, int64_t length, uint8_t* parts, int count) {
    return et::guarded([&] {
        require(session && parts, "null argument");
        auto const store = session->find(torrent).store;
        if (!store->has_layout()) throw et::failure(ET_E_NO_METADATA, "the info dictionary is not here yet");
        require(offset >= 0 && length > 0 && offset < store->total() && length <= store->total() - offset, "range outside of the torrent");
        require(count > 0 && count <= et::max_parts && count <= length, "no parts, or too many");
        store->map(offset, length, {parts, count});
        return ET_OK;
    });
}

int et_status(et_session* session, int64_t torrent, et_torrent_status* out) {
    return et::guarded([&] {
        require(session && out, "null argument");
        auto const entry = session->find(torrent);
        auto const c = entry.fetcher->snapshot();
        *out = {};
        out->has_metadata = entry.info ? 1 : 0;
        out->metadata_bytes = entry.info && entry.from_swarm ? entry.info->info_section().size() : 0;
        out->payload_bytes = c.payload;
        out->wasted_bytes = c.wasted;
        out->down_rate = c.down_rate;
        out->up_rate = c.up_rate;
        out->peers = c.peers;
        out->seeds = c.seeds;
        out->oversized_metadata = c.oversized;
        return ET_OK;
    });
}

int et_serving_peers(et_session* session, int64_t torrent, char* buffer, int capacity) {
    return et::guarded([&] {
        require(session, "null argument");
        std::string text;
        for (auto const& peer : session->find(torrent).fetcher->serving_peers(max_serving_peers)) text += peer + "\n";
        return copy_out(text, buffer, capacity);
    });
}

int et_swarm_check(int peer_size, int tracker_size) {
    return et::guarded([&] {
        if (peer_size != static_cast<int>(sizeof(et_peer)) || tracker_size != static_cast<int>(sizeof(et_tracker)))
            throw et::failure(ET_E_ABI, "the native engine was built from another version of its header");
        return ET_OK;
    });
}

int et_swarm(et_session* session, int64_t torrent, et_peer* peers, int peer_capacity, int* peer_count, et_tracker* trackers, int tracker_capacity, int* tracker_count) {
    return et::guarded([&] {
        require(session && peers && peer_count && trackers && tracker_count && peer_capacity >= 0 && tracker_capacity >= 0, "null argument");
        auto const handle = session->find(torrent).handle;
        auto const connected = et::peers_of(handle, static_cast<std::size_t>(peer_capacity));
        auto const asked = et::trackers_of(handle, static_cast<std::size_t>(tracker_capacity));
        std::copy(connected.begin(), connected.end(), peers);
        std::copy(asked.begin(), asked.end(), trackers);
        *peer_count = static_cast<int>(connected.size());
        *tracker_count = static_cast<int>(asked.size());
        return ET_OK;
    });
}

int et_next_event(et_session* session, et_event* event, int timeout_ms) {
    return et::guarded([&] {
        require(session && event && timeout_ms >= 0, "null argument");
        return session->next_event(*event, timeout_ms) ? 1 : 0;
    });
}

int et_wake(et_session* session) {
    return et::guarded([&] {
        require(session, "null argument");
        session->events->wake();
        return ET_OK;
    });
}
