// libtorrent's posix disk I/O on a thread of its own, which makes no file before it is wanted.
#pragma once
#include <libtorrent/disk_interface.hpp>
#include <libtorrent/io_context.hpp>
#include <libtorrent/settings_pack.hpp>

#include <memory>

namespace lt = libtorrent;

namespace et {

std::unique_ptr<lt::disk_interface> make_posix_disk(lt::io_context& context, lt::settings_interface const& settings, lt::counters& counters);

}
