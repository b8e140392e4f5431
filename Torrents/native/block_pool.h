// Copies of blocks on their way to the disk: few, as peers are told to wait.
#pragma once
#include <libtorrent/disk_interface.hpp>
#include <libtorrent/disk_observer.hpp>
#include <libtorrent/io_context.hpp>

#include <condition_variable>
#include <memory>
#include <mutex>
#include <vector>

namespace lt = libtorrent;

namespace et {

// The network thread copies, any thread gives back. Peers that wait are woken on the network thread.
class block_pool {
public:
    // Peers stop at the upper mark and go on at the lower. More than this brought no speed and cost its memory.
    static constexpr int high_blocks = 64;
    static constexpr int low_blocks = high_blocks / 2;
    // A peer that has been told to stop still brings what it has received, which may be megabytes. When there is no room for
    // it either, the network thread waits.
    static constexpr int max_blocks = 256;

    struct deleter {
        block_pool* pool = nullptr;
        void operator()(char* data) const { pool->release(data); }
    };
    using block = std::unique_ptr<char[], deleter>;

    explicit block_pool(lt::io_context& network);

    // Waits when there is no room: somebody else must give back.
    block copy(char const* data, int length);
    // Whether whoever brought a block should bring no more until it hears of us.
    bool is_full(std::shared_ptr<lt::disk_observer> const& observer);

private:
    void release(char* data);

    lt::io_context& network_;
    std::unique_ptr<char[]> const memory_;
    std::mutex mutex_; // guards what follows
    std::condition_variable released_;
    std::vector<char*> free_; // what was given back last is taken first
    bool full_ = false;
    std::vector<std::weak_ptr<lt::disk_observer>> waiting_;
};

}
