#include "swarm.h"

#include "status.h"

#include <libtorrent/announce_entry.hpp>
#include <libtorrent/peer_info.hpp>

#include <algorithm>
#include <string>

namespace et {
namespace {

// Others wrote it.
std::string without_controls(std::string text) {
    text.erase(std::remove_if(text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; }), text.end());
    return text;
}

int traits_of(lt::peer_info const& p) {
    using lt::peer_info;
    return (p.flags & peer_info::seed ? ET_PEER_SEED : 0) | (p.flags & peer_info::local_connection ? 0 : ET_PEER_INCOMING) |
           (p.flags & (peer_info::rc4_encrypted | peer_info::plaintext_encrypted) ? ET_PEER_ENCRYPTED : 0) | (p.flags & peer_info::utp_socket ? ET_PEER_UTP : 0) |
           (p.flags & peer_info::remote_choked ? ET_PEER_CHOKES_US : 0) | (p.flags & peer_info::snubbed ? ET_PEER_SLOW : 0);
}

et_tracker tracker_of(lt::announce_entry const& entry) {
    et_tracker out{};
    out.state = entry.verified ? ET_TRACKER_WORKING : ET_TRACKER_WAITING;
    out.seeds = out.peers = -1;
    std::string message;
    bool asking = false, failed = false, working = false;
    for (auto const& endpoint : entry.endpoints) {
        for (auto const& a : endpoint.info_hashes) {
            out.seeds = std::max(out.seeds, a.scrape_complete);
            out.peers = std::max(out.peers, a.scrape_incomplete);
            asking |= a.updating;
            working |= a.start_sent && a.fails == 0;
            failed |= a.fails > 0;
            if (message.empty()) message = !a.message.empty() ? a.message : a.last_error ? a.last_error.message() : "";
        }
    }
    if (working || failed || asking) out.state = working ? ET_TRACKER_WORKING : failed ? ET_TRACKER_FAILED : ET_TRACKER_ASKING;
    copy_text(out.url, sizeof(out.url), without_controls(entry.url));
    copy_text(out.message, sizeof(out.message), without_controls(message));
    return out;
}

}

std::vector<et_peer> peers_of(lt::torrent_handle const& handle, std::size_t limit) {
    std::vector<lt::peer_info> peers;
    handle.get_peer_info(peers);
    peers.erase(std::remove_if(peers.begin(), peers.end(), [](auto const& p) { return bool(p.flags & (lt::peer_info::connecting | lt::peer_info::handshake)); }), peers.end());
    std::sort(peers.begin(), peers.end(), [](auto const& a, auto const& b) {
        return std::make_pair(a.payload_down_speed, a.total_download) > std::make_pair(b.payload_down_speed, b.total_download);
    });
    peers.resize(std::min(peers.size(), limit));
    std::vector<et_peer> out;
    for (auto const& p : peers) {
        et_peer peer{};
        peer.down_rate = p.payload_down_speed;
        peer.up_rate = p.payload_up_speed;
        peer.progress = p.progress_ppm;
        peer.traits = traits_of(p);
        copy_text(peer.client, sizeof(peer.client), without_controls(p.client));
        out.push_back(peer);
    }
    return out;
}

std::vector<et_tracker> trackers_of(lt::torrent_handle const& handle, std::size_t limit) {
    std::vector<et_tracker> out;
    for (auto const& entry : handle.trackers()) {
        if (out.size() == limit) break;
        out.push_back(tracker_of(entry));
    }
    return out;
}

}
