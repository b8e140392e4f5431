// The disk of downloads as libtorrent's network thread uses it: order, hashes, waiting peers, errors, and an end in the middle.
#include "block_pool.h"
#include "posix_disk.h"

#include <libtorrent/disk_buffer_holder.hpp>
#include <libtorrent/file_storage.hpp>
#include <libtorrent/hasher.hpp>
#include <libtorrent/performance_counters.hpp>
#include <libtorrent/session.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include <sys/stat.h>
#include <unistd.h>

namespace {

constexpr int block = lt::default_block_size;
constexpr int piece_length = 512 * 1024;
constexpr int blocks_in_piece = piece_length / block;
constexpr auto patience = std::chrono::seconds(120);
// The last piece and the last block are short.
constexpr int odd_size = 3 * piece_length + 3 * block + 100;
constexpr int odd_pieces = 4;

void check(bool ok, char const* what, int line) {
    if (ok) return;
    std::fprintf(stderr, "disk.cpp:%d: %s\n", line, what);
    std::_Exit(1);
}
#define CHECK(condition) check((condition), #condition, __LINE__)

struct settings final : lt::settings_interface {
    void set_str(int, std::string) override {}
    void set_int(int, int) override {}
    void set_bool(int, bool) override {}
    bool has_val(int) const override { return true; }
    std::string const& get_str(int) const override { return text; }
    int get_int(int) const override { return 1024 * 1024; }
    bool get_bool(int) const override { return false; }
    std::string text;
};

struct peer final : lt::disk_observer {
    void on_disk() override { ++woken; }
    int woken = 0;
};

// The thread of the test is the network thread.
struct machine {
    // Until all that was asked for is answered: jobs keep the context from ending.
    void run() {
        disk->submit_jobs();
        network.restart();
        network.run_for(patience);
        CHECK(network.stopped());
    }

    void run_one() {
        disk->submit_jobs();
        network.restart();
        CHECK(network.run_one_for(patience) == 1);
    }

    settings options;
    lt::counters counters;
    lt::io_context network;
    std::unique_ptr<lt::disk_interface> disk = et::make_posix_disk(network, options, counters);
};

struct torrent {
    torrent(machine& m, std::vector<int> const& sizes, bool wanted = true) : on(m) {
        char name[] = "/tmp/eventtorrent-disk-XXXXXX";
        CHECK(mkdtemp(name) != nullptr);
        directory = name;
        int size = 0;
        for (int s : sizes) {
            files->add_file(sizes.size() == 1 ? "0.bin" : "t/" + std::to_string(files->num_files()) + ".bin", s);
            size += s;
        }
        data.resize(static_cast<std::size_t>(size));
        std::mt19937 random(static_cast<unsigned>(size));
        for (std::size_t i = 0; i < data.size(); i += 64) data[i] = static_cast<char>(random());
        files->set_piece_length(piece_length);
        files->set_num_pieces((size + piece_length - 1) / piece_length);
        lt::aux::vector<lt::download_priority_t, lt::file_index_t> const none;
        storage = on.disk->new_torrent(lt::storage_params(*files, nullptr, directory, lt::storage_mode_sparse, none, lt::sha1_hash()), files);
        CHECK(check_files() == lt::status_t::no_error);
        if (wanted) want(std::vector<int>(sizes.size(), 1));
    }

    // What was asked of it is over when it is gone.
    ~torrent() {
        std::weak_ptr<void> const alive = files;
        files.reset();
        storage.reset();
        if (on.disk) on.run();
        CHECK(alive.expired());
        CHECK(std::system(("rm -r '" + directory + "'").c_str()) == 0);
    }

    lt::status_t check_files() {
        auto result = lt::status_t::fatal_disk_error;
        on.disk->async_check_files(storage, nullptr, {}, [&](lt::status_t status, lt::storage_error const&) { result = status; });
        on.run();
        return result;
    }

    void want(std::vector<int> const& wanted) {
        lt::aux::vector<lt::download_priority_t, lt::file_index_t> priorities;
        for (int w : wanted) priorities.push_back(w ? lt::default_priority : lt::dont_download);
        on.disk->async_set_file_priority(storage, priorities, [](lt::storage_error const& e, auto const&) { CHECK(!e); });
    }

    int length_at(int offset) const { return std::min(block, static_cast<int>(data.size()) - offset); }

    bool write(int offset, std::shared_ptr<lt::disk_observer> observer = {}) {
        lt::peer_request const r{lt::piece_index_t(offset / piece_length), offset % piece_length, length_at(offset)};
        ++asked;
        return on.disk->async_write(storage, r, data.data() + offset, std::move(observer), [this](lt::storage_error const& e) {
            ++answered;
            if (e) last_error = e;
            if (e) ++refused;
        });
    }

    void write_all() {
        for (int offset : offsets()) write(offset);
    }

    void hash(int piece) {
        auto const start = piece * piece_length;
        auto const expected = lt::hasher(data.data() + start, std::min(piece_length, static_cast<int>(data.size()) - start)).final();
        on.disk->async_hash(storage, lt::piece_index_t(piece), {}, lt::disk_interface::v1_hash,
                            [this, expected, before = asked](lt::piece_index_t, lt::sha1_hash const& h, lt::storage_error const& e) {
                                // A piece may count as there when both are known: what was written before is answered before.
                                CHECK(answered >= before);
                                ++hashed;
                                if (!e && h == expected) ++right;
                            });
    }

    void hash_all() {
        for (int piece = 0; piece < files->num_pieces(); ++piece) hash(piece);
    }

    bool all_well() const { return answered == asked && refused == 0 && right == hashed; }

    std::vector<int> offsets() const {
        std::vector<int> all;
        for (int offset = 0; offset < static_cast<int>(data.size()); offset += block) all.push_back(offset);
        return all;
    }

    std::string path(std::string const& name = "0.bin") const { return directory + "/" + name; }
    bool exists(std::string const& name) const { return access(path(name).c_str(), F_OK) == 0; }
    std::string content(std::string const& name = "0.bin") const {
        std::ifstream in(path(name), std::ios::binary);
        return {std::istreambuf_iterator<char>(in), {}};
    }

    machine& on;
    std::string directory, data;
    std::shared_ptr<lt::file_storage> files = std::make_shared<lt::file_storage>();
    lt::storage_holder storage;
    int asked = 0, answered = 0, refused = 0, hashed = 0, right = 0;
    lt::storage_error last_error;
};

void pieces_are_written_and_hashed_in_any_order() {
    for (unsigned seed = 0; seed < 4; ++seed) {
        machine m;
        torrent t(m, {odd_size});
        auto all = t.offsets();
        std::mt19937 random(seed);
        if (seed > 0) std::shuffle(all.begin(), all.end(), random);
        std::vector<int> left(odd_pieces, blocks_in_piece);
        left.back() = 4;
        for (int offset : all) {
            t.write(offset);
            if (--left[static_cast<std::size_t>(offset / piece_length)] == 0) t.hash(offset / piece_length);
            if (random() % 16 == 0) m.disk->submit_jobs();
        }
        m.run();
        CHECK(t.all_well() && t.right == odd_pieces && t.content() == t.data);
        // As when it is checked: from the disk alone.
        t.hash_all();
        m.run();
        CHECK(t.all_well() && t.right == 2 * odd_pieces);
    }
}

void a_block_that_comes_again_replaces_the_first() {
    machine m;
    torrent t(m, {piece_length});
    auto const truth = t.data;
    for (int position : {0, 1, blocks_in_piece - 1}) {
        for (bool cleared : {false, true}) {
            t.data[static_cast<std::size_t>(position * block + 7)] ^= 1;
            t.write_all();
            t.data = truth;
            if (cleared) m.disk->async_clear_piece(t.storage, lt::piece_index_t(0), [](lt::piece_index_t) {});
            t.write(position * block);
            t.hash(0);
            m.run();
            CHECK(t.all_well() && t.content() == truth);
        }
    }
}

void a_block_that_is_false_makes_the_hash_false() {
    machine m;
    torrent t(m, {piece_length});
    auto const truth = t.data;
    for (int position : {0, blocks_in_piece / 2, blocks_in_piece - 1}) {
        t.data[static_cast<std::size_t>(position * block)] ^= 1;
        t.write_all();
        t.data = truth;
        t.hash(0);
        m.run();
    }
    CHECK(t.hashed == 3 && t.right == 0 && t.refused == 0);
}

void what_was_written_can_be_read_at_once() {
    machine m;
    torrent t(m, {odd_size});
    int same = 0;
    for (int offset : t.offsets()) {
        t.write(offset);
        auto const length = t.length_at(offset);
        m.disk->async_read(t.storage, {lt::piece_index_t(offset / piece_length), offset % piece_length, length},
                           [&t, &same, offset, length](lt::disk_buffer_holder b, lt::storage_error const& e) {
                               auto const size = static_cast<std::size_t>(length);
                               if (!e && t.data.compare(static_cast<std::size_t>(offset), size, b.data(), size) == 0) ++same;
                           });
    }
    m.run();
    CHECK(same == static_cast<int>(t.offsets().size()));
}

void renaming_moving_and_deleting_come_after_the_writes_before_them() {
    machine m;
    torrent t(m, {odd_size}, false);
    CHECK(!t.exists("0.bin"));
    int done = 0;
    auto const renamed = [&](std::string const&, lt::file_index_t, lt::storage_error const& e) { done += e ? 0 : 1; };
    m.disk->async_rename_file(t.storage, lt::file_index_t(0), "0.mkv", renamed);
    t.want({1});
    t.write_all();
    m.disk->async_rename_file(t.storage, lt::file_index_t(0), "1.mkv", renamed);
    t.hash_all();
    m.run();
    CHECK(done == 2 && t.all_well() && !t.exists("0.mkv") && t.content("1.mkv") == t.data);

    t.write_all();
    m.disk->async_move_storage(t.storage, t.path("elsewhere"), lt::move_flags_t::always_replace_files,
                               [&](lt::status_t, std::string const&, lt::storage_error const& e) { done += e ? 0 : 1; });
    t.write_all();
    t.hash_all();
    m.run();
    CHECK(done == 3 && t.all_well() && !t.exists("1.mkv") && t.content("elsewhere/1.mkv") == t.data);

    t.write_all();
    m.disk->async_delete_files(t.storage, lt::session::delete_files, [&](lt::storage_error const& e) { done += e ? 0 : 1; });
    m.run();
    CHECK(done == 4 && t.all_well() && !t.exists("elsewhere/1.mkv"));
}

void a_file_nobody_wants_is_not_made_and_its_bytes_are_there_when_it_is_wanted() {
    machine m;
    int const part = piece_length + piece_length / 2 + 1000;
    torrent t(m, {part, part, 0, part}, false);
    t.want({1, 0, 1, 1});
    t.write_all();
    t.hash_all();
    m.run();
    CHECK(t.all_well() && t.content("t/0.bin") == t.data.substr(0, part) && t.content("t/3.bin") == t.data.substr(2 * part) && !t.exists("t/1.bin"));
    t.want({1, 1, 1, 1});
    t.hash_all();
    m.run();
    CHECK(t.all_well() && t.content("t/1.bin") == t.data.substr(part, part));
}

void torrents_do_not_mix() {
    machine m;
    torrent a(m, {odd_size}), b(m, {odd_size + 5}), c(m, {odd_size / 2, odd_size / 2});
    for (int offset : b.offsets()) {
        for (torrent* t : {&a, &b, &c})
            if (offset < static_cast<int>(t->data.size())) t->write(offset);
    }
    for (torrent* t : {&a, &b, &c}) t->hash_all();
    m.run();
    CHECK(a.all_well() && b.all_well() && c.all_well() && a.content() == a.data && b.content() == b.data && c.content("t/1.bin") == c.data.substr(odd_size / 2));
}

void what_is_missing_or_short_is_said_and_checking_finds_what_is_there() {
    machine m;
    torrent t(m, {odd_size});
    t.hash(0);
    m.run();
    CHECK(t.hashed == 1 && t.right == 0);
    t.write_all();
    m.run();
    CHECK(t.check_files() == lt::status_t::need_full_check);
    CHECK(truncate(t.path().c_str(), piece_length + 5) == 0);
    t.hash_all();
    m.run();
    CHECK(t.hashed == 1 + odd_pieces && t.right == 1);
}

void a_full_pool_makes_peers_wait_until_half_is_free() {
    lt::io_context network;
    auto const observer = std::make_shared<peer>();
    std::string const data(block, 'x');
    et::block_pool pool(network);
    std::vector<et::block_pool::block> blocks;
    while (!pool.is_full({})) blocks.push_back(pool.copy(data.data(), block));
    CHECK(blocks.size() == et::block_pool::high_blocks);
    CHECK(pool.is_full(observer) && pool.is_full(std::make_shared<peer>()));
    // What is received already finds room as long as there is some, and waits for more.
    while (blocks.size() < et::block_pool::max_blocks) blocks.push_back(pool.copy(data.data(), block));
    std::thread other([&blocks] { blocks.erase(blocks.begin()); });
    auto const last = pool.copy(data.data(), 1);
    other.join();
    while (blocks.size() > et::block_pool::low_blocks) blocks.pop_back();
    CHECK(pool.is_full({}));
    blocks.pop_back();
    CHECK(!pool.is_full({}));
    network.run();
    CHECK(observer->woken == 1);
}

void a_peer_that_brings_too_much_waits_and_is_woken() {
    machine m;
    constexpr int size = 32 * piece_length;
    torrent t(m, {size});
    auto const observer = std::make_shared<peer>();
    int stops = 0;
    for (int offset = 0; offset < size; offset += block) {
        // Backwards in each piece.
        bool const full = t.write(offset - offset % piece_length + piece_length - block - offset % piece_length, observer);
        if (offset % piece_length == piece_length - block) t.hash(offset / piece_length);
        if (!full) continue;
        ++stops;
        while (observer->woken < stops) m.run_one();
    }
    m.run();
    CHECK(observer->woken == stops && t.all_well() && t.right == 32 && t.content() == t.data);
}

void what_the_disk_refuses_is_said_for_every_block() {
    machine m;
    torrent t(m, {odd_size});
    // A disk that is full, and a file that can't be one.
    CHECK(symlink("/dev/full", t.path().c_str()) == 0);
    t.write_all();
    t.hash_all();
    m.run();
    CHECK(t.answered == t.asked && t.refused == t.asked && t.right == 0);
    CHECK(t.last_error.ec == boost::system::errc::no_space_on_device && t.last_error.operation == lt::operation_t::file_write);
    CHECK(t.last_error.file() == lt::file_index_t(0) && unlink(t.path().c_str()) == 0);
    CHECK(mkdir(t.path().c_str(), 0700) == 0);
    t.write_all();
    t.hash_all();
    m.run();
    CHECK(t.answered == t.asked && t.refused == t.asked && t.right == 0 && rmdir(t.path().c_str()) == 0);
    // And when there is room again.
    t.refused = t.hashed = 0;
    t.write_all();
    t.hash_all();
    m.run();
    CHECK(t.all_well() && t.right == odd_pieces && t.content() == t.data);
}

void nothing_is_lost_when_it_ends_while_busy() {
    for (bool wait : {false, true}) {
        machine m;
        torrent t(m, {odd_size});
        t.write_all();
        m.disk->abort(wait);
        t.hash_all();
        t.write(0);
        int stopped = 0;
        m.disk->async_stop_torrent(t.storage, [&] { ++stopped; });
        t.storage.reset();
        m.run();
        CHECK(stopped == 1 && t.all_well() && t.right == odd_pieces && t.content() == t.data);
    }
    // Without a network thread that would hear of it the last handlers die unheard; the bytes are written.
    machine m;
    torrent t(m, {odd_size});
    m.run();
    t.write_all();
    t.storage.reset();
    m.disk.reset();
    CHECK(t.answered == 0 && t.content() == t.data);
    m.network.restart();
    m.network.poll();
}

}

int main() {
    a_full_pool_makes_peers_wait_until_half_is_free();
    pieces_are_written_and_hashed_in_any_order();
    a_block_that_comes_again_replaces_the_first();
    a_block_that_is_false_makes_the_hash_false();
    what_was_written_can_be_read_at_once();
    renaming_moving_and_deleting_come_after_the_writes_before_them();
    a_file_nobody_wants_is_not_made_and_its_bytes_are_there_when_it_is_wanted();
    torrents_do_not_mix();
    what_is_missing_or_short_is_said_and_checking_finds_what_is_there();
    a_peer_that_brings_too_much_waits_and_is_woken();
    what_the_disk_refuses_is_said_for_every_block();
    nothing_is_lost_when_it_ends_while_busy();
    std::puts("ok");
}
