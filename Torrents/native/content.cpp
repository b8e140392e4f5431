#include "content.h"

#include "parts.h"

#include <libtorrent/hasher.hpp>

#include <algorithm>
#include <cstring>

namespace et {
namespace {
char const zeros[block_size] = {};
}

bool memory_budget::take(std::int64_t bytes) {
    auto now = used_.load();
    do {
        if (now + bytes > cap_) return false;
    } while (!used_.compare_exchange_weak(now, now + bytes));
    return true;
}

void memory_budget::give_back(std::int64_t bytes) { used_.fetch_sub(bytes); }

void content::set_layout(lt::file_storage const& files) {
    total_ = files.total_size();
    piece_length_ = files.piece_length();
    pieces_ = files.num_pieces();
    for (auto const i : files.file_range()) {
        if (!files.pad_file_at(i) || files.file_size(i) == 0) continue;
        // The piece picker knows pads only at the end of a piece (and at the end of the torrent); so do we.
        auto const end = files.file_offset(i) + files.file_size(i);
        if (end % piece_length_ != 0 && end != total_) continue;
        auto left = files.file_size(i);
        for (int piece = static_cast<int>((end - 1) / piece_length_); left > 0; --piece) {
            auto const bytes = static_cast<int>(std::min<std::int64_t>(left, piece_size(piece)));
            pad_bytes_[piece] += bytes;
            left -= bytes;
        }
    }
    {
        std::lock_guard<std::mutex> lock(mutex_);
        verified_.assign(static_cast<std::size_t>(pieces_), false);
        for (auto const& pad : pad_bytes_)
            if (pad.second >= piece_size(pad.first)) verified_[static_cast<std::size_t>(pad.first)] = true;
    }
    has_layout_ = true;
}

int content::piece_size(int piece) const {
    return static_cast<int>(std::min<std::int64_t>(piece_length_, total_ - std::int64_t(piece) * piece_length_));
}

int content::block_length(block_id id) const { return std::min(block_size, piece_size(id.piece) - id.block * block_size); }

bool content::contains(block_id id) const {
    return has_layout() && id.piece >= 0 && id.piece < pieces_ && id.block >= 0 && id.block < blocks_in(id.piece);
}

bool content::is_pad(block_id id) const {
    auto const pad = pad_bytes_.find(id.piece);
    if (pad == pad_bytes_.end()) return false;
    if (pad->second >= piece_size(id.piece)) return true;
    // As the piece picker counts them: from the end of a piece of full length, also in a shorter last piece.
    return id.block >= (piece_length_ + block_size - 1) / block_size - pad->second / block_size;
}

bool content::promise(block_id id) {
    std::lock_guard<std::mutex> lock(mutex_);
    if (closed_ || !budget_->take(block_length(id))) return false;
    promised_ += block_length(id);
    return true;
}

void content::withdraw(block_id id) {
    std::lock_guard<std::mutex> lock(mutex_);
    if (closed_) return;
    promised_ -= block_length(id);
    budget_->give_back(block_length(id));
}

void content::put(block_id id, lt::span<char const> data) {
    auto const length = block_length(id);
    auto const at = static_cast<std::size_t>(id.block);
    std::unique_ptr<char[]> copy(new char[static_cast<std::size_t>(length)]);
    std::memcpy(copy.get(), data.data(), static_cast<std::size_t>(length));
    std::lock_guard<std::mutex> lock(mutex_);
    if (closed_) return;
    auto& piece = blocks_[id.piece];
    if (piece.good.empty()) piece.good.resize(static_cast<std::size_t>(blocks_in(id.piece)));
    promised_ -= length;
    if (piece.good[at])
        budget_->give_back(length);
    else
        stored_ += length;
    piece.good[at] = std::move(copy);
    if (!piece.distrusted.empty() && piece.distrusted[at]) {
        piece.distrusted[at].reset();
        stored_ -= length;
        budget_->give_back(length);
    }
}

void content::replace(block_id id, lt::span<char const> data) {
    std::lock_guard<std::mutex> lock(mutex_);
    auto const piece = blocks_.find(id.piece);
    if (piece == blocks_.end() || piece->second.good.empty()) return;
    auto& slot = piece->second.good[static_cast<std::size_t>(id.block)];
    if (slot) std::memcpy(slot.get(), data.data(), static_cast<std::size_t>(block_length(id)));
}

char const* content::find(block_id id) const {
    auto const piece = blocks_.find(id.piece);
    if (piece != blocks_.end() && !piece->second.good.empty() && piece->second.good[static_cast<std::size_t>(id.block)])
        return piece->second.good[static_cast<std::size_t>(id.block)].get();
    return is_pad(id) ? zeros : nullptr;
}

char const* content::find_any(block_id id) const {
    if (auto const* good = find(id)) return good;
    auto const piece = blocks_.find(id.piece);
    if (piece == blocks_.end() || piece->second.distrusted.empty()) return nullptr;
    return piece->second.distrusted[static_cast<std::size_t>(id.block)].get();
}

bool content::has(block_id id) const {
    std::lock_guard<std::mutex> lock(mutex_);
    return find(id) != nullptr;
}

bool content::equals(block_id id, lt::span<char const> data) const {
    std::lock_guard<std::mutex> lock(mutex_);
    auto const* stored = find(id);
    return stored && data.size() == block_length(id) && std::memcmp(stored, data.data(), static_cast<std::size_t>(data.size())) == 0;
}

bool content::verified(int piece) const {
    std::lock_guard<std::mutex> lock(mutex_);
    return verified_[static_cast<std::size_t>(piece)];
}

void content::set_verified(int piece) {
    std::lock_guard<std::mutex> lock(mutex_);
    verified_[static_cast<std::size_t>(piece)] = true;
    auto const found = blocks_.find(piece);
    if (found == blocks_.end()) return;
    auto& blocks = found->second;
    for (std::size_t b = 0; b < blocks.distrusted.size(); ++b)
        if (blocks.distrusted[b]) blocks.good[b] = std::move(blocks.distrusted[b]);
    blocks.distrusted.clear();
}

void content::distrust(int piece) {
    std::lock_guard<std::mutex> lock(mutex_);
    auto const found = blocks_.find(piece);
    if (found == blocks_.end()) return;
    auto& blocks = found->second;
    blocks.good.resize(static_cast<std::size_t>(blocks_in(piece)));
    blocks.distrusted.resize(blocks.good.size());
    for (std::size_t b = 0; b < blocks.good.size(); ++b)
        if (blocks.good[b]) blocks.distrusted[b] = std::move(blocks.good[b]);
}

bool content::read(std::int64_t offset, char* to, std::int64_t length, bool& all_verified, bool distrusted_too) const {
    std::lock_guard<std::mutex> lock(mutex_);
    if (closed_) return false;
    all_verified = true;
    while (length > 0) {
        auto const piece = static_cast<int>(offset / piece_length_);
        auto const in_piece = static_cast<int>(offset % piece_length_);
        block_id const id{piece, in_piece / block_size};
        auto const* stored = distrusted_too ? find_any(id) : find(id);
        if (!stored) return false;
        auto const start = in_piece % block_size;
        auto const n = std::min<std::int64_t>(length, block_length(id) - start);
        std::memcpy(to, stored + start, static_cast<std::size_t>(n));
        all_verified = all_verified && verified_[static_cast<std::size_t>(piece)];
        to += n;
        offset += n;
        length -= n;
    }
    return true;
}

void content::map(std::int64_t offset, std::int64_t length, lt::span<std::uint8_t> parts) const {
    part_counter counter(length, static_cast<int>(parts.size()));
    std::lock_guard<std::mutex> lock(mutex_);
    for (auto const& [piece, blocks] : blocks_) {
        for (std::size_t b = 0; b < blocks.good.size(); ++b) {
            if (!blocks.good[b]) continue;
            block_id const id{piece, static_cast<int>(b)};
            auto const start = std::int64_t(piece) * piece_length_ + std::int64_t(id.block) * block_size - offset;
            counter.add(std::max<std::int64_t>(start, 0), std::min(start + block_length(id), length));
        }
    }
    counter.write(parts.data());
}

bool content::hash(int piece, lt::sha1_hash* v1, lt::span<lt::sha256_hash> v2, int size_v2) const {
    std::lock_guard<std::mutex> lock(mutex_);
    lt::hasher sha1;
    for (int b = 0; b < blocks_in(piece); ++b) {
        auto const* stored = find_any({piece, b});
        if (!stored) return false;
        if (v1) sha1.update(lt::span<char const>(stored, block_length({piece, b})));
        auto const length = std::min(block_size, size_v2 - b * block_size);
        if (b < v2.size() && length > 0) v2[b] = lt::hasher256(lt::span<char const>(stored, length)).final();
    }
    if (v1) *v1 = sha1.final();
    return true;
}

bool content::hash_block(block_id id, int length, lt::sha256_hash& out) const {
    std::lock_guard<std::mutex> lock(mutex_);
    auto const* stored = find_any(id);
    if (!stored || length <= 0) return false;
    out = lt::hasher256(lt::span<char const>(stored, length)).final();
    return true;
}

void content::close() {
    std::lock_guard<std::mutex> lock(mutex_);
    if (closed_) return;
    closed_ = true;
    budget_->give_back(promised_ + stored_);
    promised_ = stored_ = 0;
    blocks_.clear();
}

void content_registry::add(std::int64_t torrent, std::shared_ptr<content> c) {
    std::lock_guard<std::mutex> lock(mutex_);
    contents_[path_of(torrent)] = std::move(c);
}

void content_registry::remove(std::int64_t torrent) {
    std::lock_guard<std::mutex> lock(mutex_);
    contents_.erase(path_of(torrent));
}

std::shared_ptr<content> content_registry::by_path(std::string const& path) const {
    std::lock_guard<std::mutex> lock(mutex_);
    auto const found = contents_.find(path);
    return found == contents_.end() ? nullptr : found->second;
}

}
