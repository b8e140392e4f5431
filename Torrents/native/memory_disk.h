// libtorrent's disk: no files, only the content that the block fetcher has stored.
#pragma once
#include "content.h"

#include <libtorrent/disk_interface.hpp>
#include <libtorrent/io_context.hpp>

#include <memory>

namespace et {

std::unique_ptr<lt::disk_interface> make_memory_disk(lt::io_context& context, std::shared_ptr<content_registry> registry);

}
