// The exported functions of downloads: arguments checked, results copied, failures turned into status codes.
#include "address_policy.h"
#include "downloads.h"
#include "parts.h"
#include "status.h"
#include "swarm.h"

#include <libtorrent/torrent_flags.hpp>

#include <algorithm>
#include <cstring>
#include <limits>

namespace {

constexpr std::size_t max_serving_peers = 16;
constexpr std::int64_t max_resume = 64 * 1024 * 1024;

void require(bool condition, char const* message) {
    if (!condition) throw et::failure(ET_E_ARGUMENT, message);
}

int rate(std::int64_t bytes_per_second) {
    require(bytes_per_second >= 0, "a rate is negative");
    return static_cast<int>(std::min<std::int64_t>(bytes_per_second, std::numeric_limits<int>::max()));
}

// A name of ours: no way out of the directory, whatever stands in it.
bool is_plain(std::string const& name) {
    return !name.empty() && name.size() <= 64 && name[0] != '.' &&
           std::all_of(name.begin(), name.end(), [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.'; });
}

}

int et_downloads_check(int transfer_size, int status_size) {
    return et::guarded([&] {
        if (transfer_size != static_cast<int>(sizeof(et_transfer_options)) || status_size != static_cast<int>(sizeof(et_download_status)))
            throw et::failure(ET_E_ABI, "the native engine was built from another version of its header");
        return ET_OK;
    });
}

int et_downloads_create(const et_options* options, const et_transfer_options* transfer, et_downloads** out) {
    return et::guarded([&] {
        require(options && transfer && out && options->listen_interfaces && options->dht_bootstrap, "null argument");
        require(options->max_connections > 0 && options->max_metadata > 0 && options->max_files > 0 && options->max_pieces > 0 && options->max_trackers >= 0,
                "a limit is not positive");
        auto limited = *transfer;
        limited.down_limit = rate(transfer->down_limit);
        limited.up_limit = rate(transfer->up_limit);
        *out = new et_downloads(*options, limited);
        return ET_OK;
    });
}

int et_downloads_destroy(et_downloads* downloads) {
    return et::guarded([&] {
        delete downloads;
        return ET_OK;
    });
}

int et_downloads_port(et_downloads* downloads, int* port) {
    return et::guarded([&] {
        require(downloads && port, "null argument");
        *port = downloads->engine->listen_port();
        return ET_OK;
    });
}

int et_download_add(et_downloads* downloads, const et_source* source, const char* directory, const uint8_t* resume, int64_t resume_length, int64_t* torrent) {
    return et::guarded([&] {
        require(downloads && source && directory && torrent && source->bytes && source->trackers && source->peers, "null argument");
        require(directory[0] == '/', "the directory is not an absolute path");
        require(resume_length >= 0 && resume_length <= max_resume && (resume || resume_length == 0), "no resume data of this length");
        *torrent = downloads->add(*source, directory, {reinterpret_cast<char const*>(resume), static_cast<std::ptrdiff_t>(resume_length)});
        return ET_OK;
    });
}

int et_download_start(et_downloads* downloads, int64_t torrent, const int32_t* files, const char* names, int count, int recheck) {
    return et::guarded([&] {
        require(downloads && files && names && count > 0, "null argument");
        auto const lines = et::split_lines(names);
        require(static_cast<int>(lines.size()) == count && std::all_of(lines.begin(), lines.end(), is_plain), "not a name of ours for each file");
        downloads->start(torrent, {files, files + count}, lines, recheck != 0);
        return ET_OK;
    });
}

int et_download_recheck(et_downloads* downloads, int64_t torrent) {
    return et::guarded([&] {
        require(downloads, "null argument");
        downloads->recheck(torrent);
        return ET_OK;
    });
}

int et_download_metadata(et_downloads* downloads, int64_t torrent, uint8_t* buffer, int64_t capacity, int64_t* size) {
    return et::guarded([&] {
        require(downloads && size && (buffer || capacity == 0), "null argument");
        auto const section = downloads->info_of(torrent)->info_section();
        *size = section.size();
        if (capacity < section.size()) return et::set_last_error(ET_E_SMALL, "buffer too small");
        std::memcpy(buffer, section.data(), static_cast<std::size_t>(section.size()));
        return static_cast<int>(ET_OK);
    });
}

int et_download_status_of(et_downloads* downloads, int64_t torrent, et_download_status* out) {
    return et::guarded([&] {
        require(downloads && out, "null argument");
        *out = downloads->status(torrent);
        return ET_OK;
    });
}

int et_download_map(et_downloads* downloads, int64_t torrent, uint8_t* parts, int capacity, int* count) {
    return et::guarded([&] {
        require(downloads && parts && count && capacity > 0 && capacity <= et::max_parts, "null argument, no parts, or too many");
        auto const map = downloads->map(torrent, capacity);
        std::copy(map.begin(), map.end(), parts);
        *count = static_cast<int>(map.size());
        return ET_OK;
    });
}

int et_download_swarm(et_downloads* downloads, int64_t torrent, et_peer* peers, int peer_capacity, int* peer_count, et_tracker* trackers, int tracker_capacity, int* tracker_count) {
    return et::guarded([&] {
        require(downloads && peers && peer_count && trackers && tracker_count && peer_capacity >= 0 && tracker_capacity >= 0, "null argument");
        auto const handle = downloads->handle(torrent);
        auto const connected = et::peers_of(handle, static_cast<std::size_t>(peer_capacity));
        auto const asked = et::trackers_of(handle, static_cast<std::size_t>(tracker_capacity));
        std::copy(connected.begin(), connected.end(), peers);
        std::copy(asked.begin(), asked.end(), trackers);
        *peer_count = static_cast<int>(connected.size());
        *tracker_count = static_cast<int>(asked.size());
        return ET_OK;
    });
}

int et_download_peers(et_downloads* downloads, int64_t torrent, char* buffer, int capacity) {
    return et::guarded([&] {
        require(downloads && buffer && capacity > 0, "null argument");
        std::string text;
        for (auto const& peer : downloads->serving_peers(torrent, max_serving_peers)) text += peer + "\n";
        et::copy_text(buffer, capacity, text);
        return static_cast<int>(text.size()) < capacity ? static_cast<int>(ET_OK) : et::set_last_error(ET_E_SMALL, "buffer too small");
    });
}

int et_download_connect(et_downloads* downloads, int64_t torrent, const char* endpoint) {
    return et::guarded([&] {
        require(downloads && endpoint, "null argument");
        downloads->connect(torrent, endpoint);
        return ET_OK;
    });
}

int et_download_announce(et_downloads* downloads, int64_t torrent) {
    return et::guarded([&] {
        require(downloads, "null argument");
        auto const handle = downloads->handle(torrent);
        handle.force_reannounce();
        handle.force_dht_announce();
        return ET_OK;
    });
}

int et_download_pause(et_downloads* downloads, int64_t torrent, int pause) {
    return et::guarded([&] {
        require(downloads, "null argument");
        auto const handle = downloads->handle(torrent);
        if (pause)
            handle.pause();
        else
            handle.resume();
        return ET_OK;
    });
}

int et_download_limit(et_downloads* downloads, int64_t torrent, int64_t down, int64_t up) {
    return et::guarded([&] {
        require(downloads, "null argument");
        auto const handle = downloads->handle(torrent);
        handle.set_download_limit(rate(down));
        handle.set_upload_limit(rate(up));
        return ET_OK;
    });
}

int et_download_save(et_downloads* downloads, int64_t torrent) {
    return et::guarded([&] {
        require(downloads, "null argument");
        downloads->save(torrent);
        return ET_OK;
    });
}

int et_download_saved(et_downloads* downloads, int64_t torrent, uint8_t* buffer, int64_t capacity, int64_t* size) {
    return et::guarded([&] {
        require(downloads && size && capacity >= 0 && (buffer || capacity == 0), "null argument");
        std::size_t length = 0;
        auto const saved = downloads->take_saved(torrent, static_cast<std::size_t>(capacity), length);
        *size = static_cast<std::int64_t>(length);
        if (length > static_cast<std::size_t>(capacity)) return et::set_last_error(ET_E_SMALL, "buffer too small");
        if (!saved.empty()) std::memcpy(buffer, saved.data(), saved.size());
        return static_cast<int>(ET_OK);
    });
}

int et_download_remove(et_downloads* downloads, int64_t torrent) {
    return et::guarded([&] {
        require(downloads, "null argument");
        downloads->remove(torrent);
        return ET_OK;
    });
}

int et_download_gone(et_downloads* downloads, int64_t torrent, int* gone) {
    return et::guarded([&] {
        require(downloads && gone, "null argument");
        *gone = downloads->gone(torrent) ? 1 : 0;
        return ET_OK;
    });
}
