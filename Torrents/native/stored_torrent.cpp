#include "stored_torrent.h"

#include <fcntl.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>

namespace et {
namespace {

constexpr std::int64_t read_bytes = 256 * 1024;

class open_file {
public:
    open_file(std::string const& path, int flags) : descriptor_(::open(path.c_str(), flags | O_CLOEXEC)) {}
    ~open_file() { close(); }
    open_file(open_file const&) = delete;
    open_file& operator=(open_file const&) = delete;

    bool is_open() const { return descriptor_ >= 0; }
    // Some file systems say only here that there was no space.
    bool close() {
        int const descriptor = descriptor_;
        descriptor_ = -1;
        return descriptor < 0 || ::close(descriptor) == 0;
    }

    bool write(std::vector<iovec> parts, std::int64_t offset) const {
        auto part = parts.begin();
        while (part != parts.end()) {
            auto const count = std::min<std::ptrdiff_t>(parts.end() - part, IOV_MAX);
            auto const written = ::pwritev(descriptor_, &*part, static_cast<int>(count), offset);
            if (written < 0 && errno == EINTR) continue;
            if (written == 0) errno = EIO;
            if (written <= 0) return false;
            offset += written;
            auto left = static_cast<std::size_t>(written);
            for (; part != parts.end() && left >= part->iov_len; ++part) left -= part->iov_len;
            if (left == 0) continue;
            part->iov_base = static_cast<char*>(part->iov_base) + left;
            part->iov_len -= left;
        }
        return true;
    }

    bool read(char* data, std::int64_t length, std::int64_t offset) const {
        while (length > 0) {
            auto const got = ::pread(descriptor_, data, static_cast<std::size_t>(length), offset);
            if (got < 0 && errno == EINTR) continue;
            if (got <= 0) return false;
            data += got;
            length -= got;
            offset += got;
        }
        return true;
    }

private:
    int descriptor_;
};

}

stored_torrent::stored_torrent(lt::storage_holder inner_storage, std::shared_ptr<void> torrent, lt::file_storage const& files,
                               std::unique_ptr<lt::file_storage> renamed, std::string path)
    : inner(std::move(inner_storage)),
      owner(std::move(torrent)),
      files_(files),
      renamed_(std::move(renamed)),
      path_(std::move(path)),
      wanted_(static_cast<std::size_t>(files.num_files()), false) {}

void stored_torrent::renamed(lt::file_index_t file, std::string const& name) {
    if (!renamed_) renamed_ = std::make_unique<lt::file_storage>(files_);
    renamed_->rename_file(file, name);
}

void stored_torrent::prioritized(lt::aux::vector<lt::download_priority_t, lt::file_index_t> const& priorities) {
    auto const count = std::min(wanted_.size(), priorities.size());
    for (std::size_t i = 0; i < count; ++i) wanted_[i] = priorities[lt::file_index_t(static_cast<int>(i))] != lt::dont_download;
}

bool stored_torrent::is_ours(lt::file_slice const& slice) const {
    return wanted_[static_cast<std::size_t>(static_cast<int>(slice.file_index))] && !files().pad_file_at(slice.file_index);
}

bool stored_torrent::write(block_write* const* first, block_write* const* last) {
    auto const piece = (*first)->place.piece;
    auto const start = (*first)->place.start;
    std::vector<iovec> parts;
    int length = 0;
    for (auto it = first; it != last; ++it) {
        parts.push_back({(*it)->data.get(), static_cast<std::size_t>((*it)->place.length)});
        length += (*it)->place.length;
    }
    auto const slices = files().map_block(piece, start, length);
    if (slices.size() != 1 || !is_ours(slices[0])) return false;
    open_file file(files().file_path(slices[0].file_index, path_), O_WRONLY);
    // Not made yet, most likely.
    if (!file.is_open()) return false;
    if (!file.write(std::move(parts), slices[0].offset) || !file.close()) {
        lt::storage_error error(lt::error_code(errno, lt::generic_category()), lt::operation_t::file_write);
        error.file(slices[0].file_index); // the constructor that takes it forgets it
        for (auto it = first; it != last; ++it) {
            (*it)->error = error;
            written_elsewhere((*it)->place);
        }
        return true;
    }
    // Those of version 2 are hashed by another.
    if (files().v2()) return true;
    if (start == 0) begun_[piece] = {};
    auto const found = begun_.find(piece);
    if (found == begun_.end()) return true;
    auto& hash = found->second;
    for (auto it = first; it != last; ++it) {
        auto const& place = (*it)->place;
        if (place.start < hash.length) {
            begun_.erase(found);
            return true;
        }
        if (place.start > hash.length) return true;
        hash.sha1.update({(*it)->data.get(), place.length});
        hash.length += place.length;
    }
    return true;
}

void stored_torrent::written_elsewhere(lt::peer_request const& place) {
    auto const found = begun_.find(place.piece);
    if (found != begun_.end() && place.start < found->second.length) begun_.erase(found);
}

std::optional<lt::sha1_hash> stored_torrent::hash(lt::piece_index_t piece) {
    prefix hash;
    auto const found = begun_.find(piece);
    if (found != begun_.end()) {
        hash = std::move(found->second);
        begun_.erase(found);
    }
    if (!read(piece, hash, files().piece_size(piece))) return {};
    return hash.sha1.final();
}

bool stored_torrent::read(lt::piece_index_t piece, prefix& hash, int end) const {
    if (hash.length == end) return true;
    auto const slices = files().map_block(piece, hash.length, end - hash.length);
    if (!std::all_of(slices.begin(), slices.end(), [this](auto const& slice) { return is_ours(slice); })) return false;
    std::unique_ptr<char[]> const buffer(new char[read_bytes]);
    for (auto const& slice : slices) {
        open_file const file(files().file_path(slice.file_index, path_), O_RDONLY);
        if (!file.is_open()) return false;
        for (std::int64_t at = 0; at < slice.size;) {
            auto const length = std::min(read_bytes, slice.size - at);
            if (!file.read(buffer.get(), length, slice.offset + at)) return false;
            hash.sha1.update({buffer.get(), static_cast<std::ptrdiff_t>(length)});
            hash.length += static_cast<int>(length);
            at += length;
        }
    }
    return hash.length == end;
}

}
