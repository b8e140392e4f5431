#include "events.h"

#include "status.h"

namespace et {

void event_queue::push(et_event const& event) {
    std::lock_guard<std::mutex> lock(mutex_);
    events_.push_back(event);
    changed_.notify_one();
}

void event_queue::metadata(std::int64_t torrent) {
    et_event e{};
    e.kind = ET_EVENT_METADATA;
    e.torrent = torrent;
    push(e);
}

void event_queue::fetch_ended(std::int64_t torrent, std::int64_t fetch, int status, std::int64_t payload, bool verified, std::string const& message) {
    et_event e{};
    e.kind = ET_EVENT_FETCH;
    e.status = status;
    e.torrent = torrent;
    e.fetch = fetch;
    e.payload = payload;
    e.verified = verified ? 1 : 0;
    copy_text(e.message, sizeof(e.message), message);
    push(e);
}

void event_queue::torrent_failed(std::int64_t torrent, int status, std::string const& message) {
    et_event e{};
    e.kind = ET_EVENT_FAILED;
    e.status = status;
    e.torrent = torrent;
    copy_text(e.message, sizeof(e.message), message);
    push(e);
}

void event_queue::wake() {
    std::lock_guard<std::mutex> lock(mutex_);
    woken_ = true;
    changed_.notify_one();
}

bool event_queue::take(et_event& out) {
    std::lock_guard<std::mutex> lock(mutex_);
    if (events_.empty()) return false;
    out = events_.front();
    events_.pop_front();
    return true;
}

void event_queue::wait(std::chrono::milliseconds timeout) {
    std::unique_lock<std::mutex> lock(mutex_);
    changed_.wait_for(lock, timeout, [this] { return woken_ || !events_.empty(); });
    woken_ = false;
}

}
