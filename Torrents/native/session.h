// One libtorrent session and the torrents in it.
#pragma once
#include "block_fetcher.h"
#include "content.h"
#include "eventtorrent.h"
#include "events.h"

#include <libtorrent/add_torrent_params.hpp>
#include <libtorrent/session.hpp>
#include <libtorrent/torrent_info.hpp>

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace et {

struct torrent_entry {
    lt::torrent_handle handle;
    std::shared_ptr<content> store;
    std::shared_ptr<block_fetcher> fetcher;
    bool from_swarm = false; // the info dictionary comes from peers
    std::shared_ptr<lt::torrent_info const> info;
};

struct limits {
    int metadata, files, pieces, trackers;
};

lt::settings_pack make_settings(et_options const& options);

// What a source says, checked against the limits. Throws failure.
lt::add_torrent_params read_source(et_source const& source, limits const& limit);
// A status code when the torrent breaks a rule of ours that libtorrent does not have, else ET_OK.
int check_info(lt::torrent_info const& info, limits const& limit, std::string& message);

}

// The handle of the C ABI.
struct et_session {
    explicit et_session(et_options const& options);
    ~et_session();

    std::int64_t add(et_source const& source);
    void remove(std::int64_t torrent);
    et::torrent_entry find(std::int64_t torrent);
    // The info dictionary of a torrent that has one; throws ET_E_NO_METADATA.
    std::shared_ptr<lt::torrent_info const> info_of(std::int64_t torrent);
    void connect(std::int64_t torrent, std::string const& endpoint);
    bool next_event(et_event& out, int timeout_ms);

    et::limits limit;
    std::shared_ptr<et::memory_budget> budget;
    std::shared_ptr<et::event_queue> events = std::make_shared<et::event_queue>();
    std::unique_ptr<lt::session> engine;

private:
    class ticker;

    std::int64_t known(lt::info_hash_t const& hashes) const;
    void convert_alerts();
    void tick_fetchers();

    bool const allow_private_;
    bool const peer_exchange_;
    lt::ip_filter filter_;
    std::shared_ptr<et::content_registry> registry_ = std::make_shared<et::content_registry>();
    std::shared_ptr<ticker> ticker_;

    std::mutex adding_; // held across calls into libtorrent, so never taken on the network thread
    std::int64_t next_id_ = 1;
    mutable std::mutex mutex_; // guards torrents_; never held across a call that waits for the network thread
    std::map<std::int64_t, et::torrent_entry> torrents_;
    int ticks_ = 0; // network thread
};
