#include "session.h"

#include "address_policy.h"
#include "memory_disk.h"
#include "status.h"

#include <libtorrent/alert_types.hpp>
#include <libtorrent/session_params.hpp>
#include <libtorrent/torrent_flags.hpp>

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include <algorithm>

#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace {

constexpr auto tick_interval = std::chrono::milliseconds(100);
// A torrent without peers asks the DHT again: every 5 s in its first minute, every 30 s later.
constexpr int lonely_ticks_soon = 50, lonely_ticks_later = 300, first_minute_ticks = 600;

// glibc keeps what is freed, in an arena for each thread; after some hundred torrents that is far more than what is in use.
void give_memory_back() {
#ifdef __GLIBC__
    malloc_trim(0);
#endif
}

}

// Calls back on the network thread every 100 ms; libtorrent's own plugin tick comes once a second.
class et_session::ticker : public std::enable_shared_from_this<ticker> {
public:
    ticker(lt::io_context& context, et_session& owner) : timer_(context), owner_(&owner) {}

    void start() {
        std::lock_guard<std::mutex> lock(mutex_);
        if (!owner_) return;
        timer_.expires_after(tick_interval);
        timer_.async_wait([self = shared_from_this()](boost::system::error_code const& ec) {
            if (ec) return;
            {
                std::lock_guard<std::mutex> guard(self->mutex_);
                if (!self->owner_) return;
                self->owner_->tick_fetchers();
            }
            self->start();
        });
    }

    // After this no tick runs and none will.
    void stop() {
        std::lock_guard<std::mutex> lock(mutex_);
        owner_ = nullptr;
        timer_.cancel();
    }

private:
    std::mutex mutex_; // also keeps the timer to one thread at a time
    boost::asio::steady_timer timer_;
    et_session* owner_;
};

et_session::et_session(et_options const& options)
    : limit{options.max_metadata, options.max_files, options.max_pieces, options.max_trackers},
      budget(std::make_shared<et::memory_budget>(options.memory_cap)),
      allow_private_(options.allow_private_networks != 0),
      peer_exchange_(options.peer_exchange != 0) {
    lt::session_params params(et::make_settings(options));
    if (!allow_private_) filter_ = et::public_internet_only();
    params.ip_filter = filter_;
    params.disk_io_constructor = [registry = registry_](lt::io_context& context, lt::settings_interface const&, lt::counters&) {
        return et::make_memory_disk(context, registry);
    };
    engine = std::make_unique<lt::session>(std::move(params));
    engine->set_alert_notify([queue = events] { queue->wake(); });
    ticker_ = std::make_shared<ticker>(engine->get_context(), *this);
    ticker_->start();
}

et_session::~et_session() {
    ticker_->stop();
    engine->set_alert_notify([] {});
    {
        std::lock_guard<std::mutex> lock(mutex_);
        for (auto& t : torrents_) t.second.store->close();
        torrents_.clear();
    }
    ticker_.reset();
    engine.reset();
}

void et_session::tick_fetchers() {
    std::vector<et::torrent_entry> all;
    {
        std::lock_guard<std::mutex> lock(mutex_);
        for (auto const& t : torrents_) all.push_back(t.second);
    }
    ++ticks_;
    auto const pause = ticks_ < first_minute_ticks ? lonely_ticks_soon : lonely_ticks_later;
    for (auto& t : all) {
        t.fetcher->tick();
        if (ticks_ % pause == 0 && t.fetcher->wants_peers()) t.handle.force_dht_announce();
    }
}

std::int64_t et_session::known(lt::info_hash_t const& hashes) const {
    auto const handle = engine->find_torrent(hashes.has_v1() ? hashes.v1 : hashes.get_best());
    std::lock_guard<std::mutex> lock(mutex_);
    for (auto const& t : torrents_)
        if (handle.is_valid() && t.second.handle == handle) return t.first;
    return 0;
}

std::int64_t et_session::add(et_source const& source) {
    auto params = et::read_source(source, limit);
    if (params.ti) params.info_hashes = params.ti->info_hashes();
    std::lock_guard<std::mutex> one_at_a_time(adding_);
    if (auto const id = known(params.info_hashes)) {
        auto const handle = find(id).handle;
        for (auto const& url : params.trackers) handle.add_tracker(lt::announce_entry(url));
        for (auto const& peer : params.peers) handle.connect_peer(peer);
        return id;
    }
    auto const id = next_id_++;
    et::torrent_entry entry;
    entry.from_swarm = !params.ti;
    entry.store = std::make_shared<et::content>(budget);
    entry.fetcher = std::make_shared<et::block_fetcher>(et::block_fetcher::settings{id, limit.metadata, entry.store, events});
    registry_->add(id, entry.store);
    params.save_path = et::content_registry::path_of(id);
    params.flags = lt::torrent_flags::apply_ip_filter | lt::torrent_flags::duplicate_is_error | lt::torrent_flags::override_trackers |
                   lt::torrent_flags::override_web_seeds;
    // Resumed below: that dials the known peers at once, else they would wait for the next second.
    params.flags |= lt::torrent_flags::paused;
    if (!peer_exchange_) params.flags |= lt::torrent_flags::disable_pex;
    params.extensions.push_back([fetcher = entry.fetcher](lt::torrent_handle const&, lt::client_data_t) -> std::shared_ptr<lt::torrent_plugin> { return fetcher; });
    lt::error_code ec;
    entry.handle = engine->add_torrent(std::move(params), ec);
    if (ec) {
        registry_->remove(id);
        throw et::failure(ET_E_ENGINE, ec.message());
    }
    entry.handle.resume();
    std::lock_guard<std::mutex> lock(mutex_);
    torrents_[id] = std::move(entry);
    return id;
}

void et_session::remove(std::int64_t torrent) {
    auto entry = find(torrent);
    {
        std::lock_guard<std::mutex> lock(mutex_);
        torrents_.erase(torrent);
    }
    registry_->remove(torrent);
    // The memory is free when this returns; the farewell to the swarm takes its own time.
    entry.store->close();
    post(engine->get_context(), [fetcher = entry.fetcher] { fetcher->close(); });
    if (entry.handle.is_valid()) engine->remove_torrent(entry.handle);
    give_memory_back();
}

et::torrent_entry et_session::find(std::int64_t torrent) {
    std::lock_guard<std::mutex> lock(mutex_);
    auto const found = torrents_.find(torrent);
    if (found == torrents_.end()) throw et::failure(ET_E_ARGUMENT, "no such torrent");
    return found->second;
}

std::shared_ptr<lt::torrent_info const> et_session::info_of(std::int64_t torrent) {
    auto const entry = find(torrent);
    if (entry.info) return entry.info;
    auto info = entry.handle.torrent_file();
    if (!info || !info->is_valid() || !entry.store->has_layout()) throw et::failure(ET_E_NO_METADATA, "the info dictionary is not here yet");
    std::string message;
    if (int const code = et::check_info(*info, limit, message)) throw et::failure(code, message);
    std::lock_guard<std::mutex> lock(mutex_);
    auto const found = torrents_.find(torrent);
    if (found != torrents_.end()) found->second.info = info;
    return info;
}

void et_session::connect(std::int64_t torrent, std::string const& text) {
    auto const entry = find(torrent);
    lt::tcp::endpoint endpoint;
    if (!et::parse_endpoint(text, endpoint)) throw et::failure(ET_E_ARGUMENT, "not an endpoint: " + text);
    if (filter_.access(endpoint.address()) & lt::ip_filter::blocked) return;
    entry.handle.connect_peer(endpoint);
}

bool et_session::next_event(et_event& out, int timeout_ms) {
    if (events->take(out)) return true;
    events->wait(std::chrono::milliseconds(timeout_ms));
    convert_alerts();
    return events->take(out);
}

// Everything that matters comes from the fetchers; alerts tell of torrents that can't go on.
void et_session::convert_alerts() {
    std::vector<lt::alert*> alerts;
    engine->pop_alerts(&alerts);
    auto const find_torrent = [this](lt::torrent_handle const& handle) {
        std::lock_guard<std::mutex> lock(mutex_);
        auto const found = std::find_if(torrents_.begin(), torrents_.end(), [&](auto const& t) { return t.second.handle == handle; });
        return found == torrents_.end() ? std::make_pair(std::int64_t(0), std::shared_ptr<et::block_fetcher>()) : std::make_pair(found->first, found->second.fetcher);
    };
    auto const tell = [&](lt::torrent_handle const& handle, lt::error_code const& ec) {
        auto const id = find_torrent(handle).first;
        int const status = ec == lt::errors::too_many_pieces_in_torrent || ec == lt::errors::metadata_too_large ? ET_E_LIMIT : ET_E_MALFORMED;
        if (id != 0) events->torrent_failed(id, status, ec.message());
    };
    for (auto* alert : alerts) {
        if (auto const* failed = lt::alert_cast<lt::metadata_failed_alert>(alert)) {
            // A wrong hash is a peer's lie, not the torrent's fault.
            if (failed->error != lt::errors::mismatching_info_hash)
                tell(failed->handle, failed->error);
            else if (auto fetcher = find_torrent(failed->handle).second)
                post(engine->get_context(), [fetcher] { fetcher->metadata_was_false(); });
        } else if (auto const* error = lt::alert_cast<lt::torrent_error_alert>(alert)) {
            // Ours or the disk interface's, not the torrent's: another attempt may do.
            if (auto const id = find_torrent(error->handle).first) events->torrent_failed(id, ET_E_ENGINE, error->error.message());
        }
    }
}
