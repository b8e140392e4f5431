// How long the metadata of a torrent is, as its peers say when they introduce themselves.
#pragma once
#include <libtorrent/extensions.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>

namespace lt = libtorrent;

namespace et {

// libtorrent's thread writes, any thread reads.
class metadata_claims {
public:
    explicit metadata_claims(std::int64_t limit) : limit_(limit) {}

    void note(std::int64_t size);
    // Whether all who have it have said for a while that it is above the limit: one liar is not believed at once.
    bool refuses() const;

private:
    using clock = std::chrono::steady_clock;

    std::int64_t const limit_;
    std::atomic<bool> fitting_{false};
    std::atomic<clock::rep> oversized_since_{0};
};

std::shared_ptr<lt::torrent_plugin> make_claims_plugin(std::shared_ptr<metadata_claims> claims);

}
