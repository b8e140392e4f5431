// A torrent's content in memory, sparse by 16 KiB block, under a budget that all torrents of the session share.
#pragma once
#include <libtorrent/file_storage.hpp>
#include <libtorrent/peer_request.hpp>
#include <libtorrent/sha1_hash.hpp>
#include <libtorrent/span.hpp>

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <tuple>
#include <unordered_map>
#include <vector>

namespace et {

constexpr int block_size = 16 * 1024;

struct block_id {
    int piece = 0;
    int block = 0;
    bool operator<(block_id const& o) const { return std::tie(piece, block) < std::tie(o.piece, o.block); }
    bool operator==(block_id const& o) const { return piece == o.piece && block == o.block; }
};

// Bytes that blocks take or were promised. Counts exactly: what was taken is given back.
class memory_budget {
public:
    explicit memory_budget(std::int64_t cap) : cap_(cap) {}
    bool take(std::int64_t bytes);
    void give_back(std::int64_t bytes);
    std::int64_t used() const { return used_.load(); }
    std::int64_t cap() const { return cap_; }

private:
    std::int64_t const cap_;
    std::atomic<std::int64_t> used_{0};
};

// Invariants:
//  1. The layout is set once, on the network thread, before anything else is asked; it never changes.
//  2. promised_ + bytes of stored blocks is what this torrent has taken from the budget; close() makes it 0 for good.
//  3. A block of a verified piece never changes.
class content {
public:
    explicit content(std::shared_ptr<memory_budget> budget) : budget_(std::move(budget)) {}
    ~content() { close(); }
    content(content const&) = delete;
    content& operator=(content const&) = delete;

    void set_layout(lt::file_storage const& files);
    bool has_layout() const { return has_layout_.load(); }
    std::int64_t total() const { return total_; }
    int piece_length() const { return piece_length_; }
    int pieces() const { return pieces_; }
    int piece_size(int piece) const;
    int blocks_in(int piece) const { return (piece_size(piece) + block_size - 1) / block_size; }
    int block_length(block_id id) const;
    // Blocks of pad files (BEP 47) are zeros that nobody sends.
    bool is_pad(block_id id) const;
    bool contains(block_id id) const;

    // Memory for a block that was asked for. False: the budget is used up, or the content is closed.
    bool promise(block_id id);
    void withdraw(block_id id);
    // Stores a promised block.
    void put(block_id id, lt::span<char const> data);
    // Replaces an unverified block.
    void replace(block_id id, lt::span<char const> data);

    bool has(block_id id) const;
    bool equals(block_id id, lt::span<char const> data) const;
    bool verified(int piece) const;
    void set_verified(int piece);
    // The piece failed its hash: its blocks count as missing, but stay in place for the next verdict. libtorrent may know which single block
    // was bad (v2) and verify again as soon as that one is replaced.
    void distrust(int piece);

    // Copies [offset, offset + length); false when a byte is missing. Distrusted blocks are for libtorrent's blame only.
    bool read(std::int64_t offset, char* to, std::int64_t length, bool& all_verified, bool distrusted_too = false) const;
    // How much of [offset, offset + length) is here, in parts.size() equal parts: 0 none, 255 all.
    void map(std::int64_t offset, std::int64_t length, lt::span<std::uint8_t> parts) const;
    // v1 is wanted when not null, v2 block hashes when not empty. False when a block is missing.
    bool hash(int piece, lt::sha1_hash* v1, lt::span<lt::sha256_hash> v2, int size_v2) const;
    bool hash_block(block_id id, int length, lt::sha256_hash& out) const;

    void close();

private:
    struct piece_blocks {
        std::vector<std::unique_ptr<char[]>> good;
        std::vector<std::unique_ptr<char[]>> distrusted;
    };
    char const* find(block_id id) const;
    char const* find_any(block_id id) const;

    std::shared_ptr<memory_budget> const budget_;
    std::atomic<bool> has_layout_{false};
    std::int64_t total_ = 0;
    int piece_length_ = 0;
    int pieces_ = 0;
    std::map<int, int> pad_bytes_; // piece -> zeros at its end

    mutable std::mutex mutex_; // guards what follows
    bool closed_ = false;
    std::int64_t promised_ = 0;
    std::int64_t stored_ = 0;
    std::unordered_map<int, piece_blocks> blocks_;
    std::vector<bool> verified_;
};

// Finds the content of a torrent by the save path that libtorrent hands to the storage: it has no other link between the two.
class content_registry {
public:
    static std::string path_of(std::int64_t torrent) { return "/eventtorrent-memory/" + std::to_string(torrent); }
    void add(std::int64_t torrent, std::shared_ptr<content> c);
    void remove(std::int64_t torrent);
    std::shared_ptr<content> by_path(std::string const& path) const;

private:
    mutable std::mutex mutex_;
    std::map<std::string, std::shared_ptr<content>> contents_;
};

}
