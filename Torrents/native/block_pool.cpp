#include "block_pool.h"

#include <boost/asio/post.hpp>

#include <cstring>

namespace et {

block_pool::block_pool(lt::io_context& network) : network_(network), memory_(new char[std::size_t(max_blocks) * lt::default_block_size]) {
    for (int i = max_blocks - 1; i >= 0; --i) free_.push_back(memory_.get() + std::ptrdiff_t(i) * lt::default_block_size);
}

block_pool::block block_pool::copy(char const* data, int length) {
    char* slot = nullptr;
    {
        std::unique_lock<std::mutex> lock(mutex_);
        released_.wait(lock, [this] { return !free_.empty(); });
        slot = free_.back();
        free_.pop_back();
        if (free_.size() <= max_blocks - high_blocks) full_ = true;
    }
    std::memcpy(slot, data, static_cast<std::size_t>(length));
    return block(slot, {this});
}

bool block_pool::is_full(std::shared_ptr<lt::disk_observer> const& observer) {
    std::lock_guard<std::mutex> lock(mutex_);
    if (full_ && observer) waiting_.push_back(observer);
    return full_;
}

void block_pool::release(char* data) {
    std::vector<std::weak_ptr<lt::disk_observer>> woken;
    {
        std::lock_guard<std::mutex> lock(mutex_);
        free_.push_back(data);
        if (full_ && free_.size() >= max_blocks - low_blocks) {
            full_ = false;
            woken.swap(waiting_);
        }
    }
    released_.notify_one();
    if (woken.empty()) return;
    post(network_, [woken = std::move(woken)] {
        for (auto const& observer : woken)
            if (auto const alive = observer.lock()) alive->on_disk();
    });
}

}
