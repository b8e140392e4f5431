// Whole files onto a disk: libtorrent's own picker and posix disk I/O, in a session of its own.
#pragma once
#include "eventtorrent.h"
#include "session.h"

#include <libtorrent/session.hpp>
#include <libtorrent/torrent_handle.hpp>

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace et {

class metadata_claims;

struct download {
    lt::torrent_handle handle;
    std::shared_ptr<metadata_claims> claims; // null when the metadata was known
    std::shared_ptr<lt::torrent_info const> info;
    bool started = false;
    std::int64_t expected = 0; // bytes of the selected files
    std::vector<std::pair<int, int>> wanted; // pieces of the selected files: [first, end), in their order
    int error = ET_DOWNLOAD_OK;
    std::string message;
    bool saving = false;
    bool save_failed = false;
    std::vector<char> saved;
};

lt::settings_pack make_download_settings(et_options const& options, et_transfer_options const& transfer);

}

// The handle of the C ABI. Any thread may call; libtorrent's own thread never calls back.
struct et_downloads {
    et_downloads(et_options const& options, et_transfer_options const& transfer);

    std::int64_t add(et_source const& source, std::string const& directory, lt::span<char const> resume);
    void start(std::int64_t torrent, std::vector<int> const& files, std::vector<std::string> const& names, bool recheck);
    void recheck(std::int64_t torrent);
    std::shared_ptr<lt::torrent_info const> info_of(std::int64_t torrent);
    et_download_status status(std::int64_t torrent);
    // In at most `most` parts; empty before anything is wanted.
    std::vector<std::uint8_t> map(std::int64_t torrent, int most);
    void connect(std::int64_t torrent, std::string const& endpoint);
    std::vector<std::string> serving_peers(std::int64_t torrent, std::size_t limit);
    lt::torrent_handle handle(std::int64_t torrent);
    void save(std::int64_t torrent);
    // Empty while it is not ready. Throws when it failed.
    std::vector<char> take_saved(std::int64_t torrent, std::size_t capacity, std::size_t& size);
    void remove(std::int64_t torrent);
    bool gone(std::int64_t torrent);

    std::unique_ptr<lt::session> engine;

private:
    et::download& find(std::int64_t torrent); // mutex_ is held
    void take_alerts();                       // mutex_ is held

    et::limits const limit_;
    bool const peer_exchange_;
    lt::ip_filter filter_;
    std::mutex mutex_; // guards what follows; libtorrent's thread never waits for it
    std::int64_t next_id_ = 1;
    std::map<std::int64_t, et::download> downloads_;
    std::map<std::int64_t, lt::torrent_handle> removed_;
};
