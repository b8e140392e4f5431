// Who is connected, and what trackers say, for people.
#pragma once
#include "eventtorrent.h"

#include <libtorrent/torrent_handle.hpp>

#include <vector>

namespace et {

// Those that serve us best come first.
std::vector<et_peer> peers_of(lt::torrent_handle const& handle, std::size_t limit);
std::vector<et_tracker> trackers_of(lt::torrent_handle const& handle, std::size_t limit);

}
