// What the session has to say, until the one event thread of the caller takes it.
#pragma once
#include "eventtorrent.h"

#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <string>

namespace et {

class event_queue {
public:
    void metadata(std::int64_t torrent);
    void fetch_ended(std::int64_t torrent, std::int64_t fetch, int status, std::int64_t payload, bool verified, std::string const& message);
    void torrent_failed(std::int64_t torrent, int status, std::string const& message);

    // libtorrent has alerts to collect, or the caller wants its thread back.
    void wake();
    // True when there was an event to take.
    bool take(et_event& out);
    // Waits for an event or a wake, also for one that came before.
    void wait(std::chrono::milliseconds timeout);

private:
    void push(et_event const& event);

    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<et_event> events_;
    bool woken_ = false;
};

}
