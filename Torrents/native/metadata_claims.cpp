#include "metadata_claims.h"

#include <libtorrent/bdecode.hpp>
#include <libtorrent/peer_connection_handle.hpp>

namespace et {
namespace {

constexpr auto patience = std::chrono::seconds(8);

struct listening_peer final : lt::peer_plugin {
    explicit listening_peer(std::shared_ptr<metadata_claims> c) : claims(std::move(c)) {}

    // It has said all: false ends the plugin, not the connection.
    bool on_extension_handshake(lt::bdecode_node const& message) override {
        if (message.type() == lt::bdecode_node::dict_t) claims->note(message.dict_find_int_value("metadata_size", 0));
        return false;
    }

    std::shared_ptr<metadata_claims> claims;
};

struct listening_torrent final : lt::torrent_plugin {
    explicit listening_torrent(std::shared_ptr<metadata_claims> c) : claims(std::move(c)) {}

    std::shared_ptr<lt::peer_plugin> new_connection(lt::peer_connection_handle const&) override { return std::make_shared<listening_peer>(claims); }

    std::shared_ptr<metadata_claims> claims;
};

}

void metadata_claims::note(std::int64_t size) {
    if (size > 0 && size <= limit_) fitting_ = true;
    if (size <= limit_) return;
    clock::rep none = 0;
    oversized_since_.compare_exchange_strong(none, clock::now().time_since_epoch().count());
}

bool metadata_claims::refuses() const {
    auto const since = oversized_since_.load();
    return since != 0 && !fitting_ && clock::now().time_since_epoch() - clock::duration(since) >= patience;
}

std::shared_ptr<lt::torrent_plugin> make_claims_plugin(std::shared_ptr<metadata_claims> claims) { return std::make_shared<listening_torrent>(std::move(claims)); }

}
