// The files of a torrent as the disk thread sees them: blocks go to them in runs and are hashed while they are in memory.
#pragma once
#include "block_pool.h"

#include <libtorrent/disk_interface.hpp>
#include <libtorrent/file_storage.hpp>
#include <libtorrent/hasher.hpp>
#include <libtorrent/storage_defs.hpp>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace lt = libtorrent;

namespace et {

// A block that is to be written.
struct block_write {
    lt::storage_index_t storage;
    lt::peer_request place;
    block_pool::block data;
    std::function<void(lt::storage_error const&)> handler;
    lt::storage_error error = {};
};

// Only what is wholly in wanted files that are there is read and written here; everything else is left to libtorrent's own storage.
// The disk thread's alone.
class stored_torrent {
public:
    // Where libtorrent's own storage has the torrent.
    lt::storage_holder inner;
    // What keeps `files` alive. Whoever destroys a stored_torrent takes it first: it may end on the network thread only.
    std::shared_ptr<void> owner;

    stored_torrent(lt::storage_holder inner_storage, std::shared_ptr<void> torrent, lt::file_storage const& files, std::unique_ptr<lt::file_storage> renamed,
                   std::string path);

    // Blocks that follow each other in one piece. False when they are not for us; else their errors are set.
    bool write(block_write* const* first, block_write* const* last);
    // The blocks were written by another: they are as the disk has them.
    void written_elsewhere(lt::peer_request const& place);
    // Nothing when it is not for us, or can't be read.
    std::optional<lt::sha1_hash> hash(lt::piece_index_t piece);

    void forget(lt::piece_index_t piece) { begun_.erase(piece); }
    void forget() { begun_.clear(); }
    void moved(std::string path) { path_ = std::move(path); }
    void renamed(lt::file_index_t file, std::string const& name);
    void prioritized(lt::aux::vector<lt::download_priority_t, lt::file_index_t> const& priorities);

private:
    // The first `length` bytes of a piece, all of them written, have gone through `sha1`.
    struct prefix {
        lt::hasher sha1;
        int length = 0;
    };

    lt::file_storage const& files() const { return renamed_ ? *renamed_ : files_; }
    bool is_ours(lt::file_slice const& slice) const;
    bool read(lt::piece_index_t piece, prefix& hash, int end) const;

    lt::file_storage const& files_;
    std::unique_ptr<lt::file_storage> renamed_;
    std::string path_;
    std::vector<bool> wanted_; // by file; none at first
    std::map<lt::piece_index_t, prefix> begun_;
};

}
