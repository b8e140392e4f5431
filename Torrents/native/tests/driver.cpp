// Exercises every exported function of the native engine: wrong arguments, a transfer from a libtorrent seed in the same process under all
// policies, a seed that lies, cancellation and removal in the middle. Built with the sanitizers it fails on any finding.
#include "eventtorrent.h"

#include <libtorrent/add_torrent_params.hpp>
#include <libtorrent/alert_types.hpp>
#include <libtorrent/bencode.hpp>
#include <libtorrent/create_torrent.hpp>
#include <libtorrent/session.hpp>
#include <libtorrent/session_params.hpp>
#include <libtorrent/torrent_info.hpp>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include <unistd.h>

namespace {

using namespace std::chrono_literals;
constexpr int MiB = 1024 * 1024;

void check(bool ok, char const* what, int line) {
    if (ok) return;
    char words[512] = "";
    et_last_error(words, sizeof(words));
    std::fprintf(stderr, "driver.cpp:%d: %s (last error: %s)\n", line, what, words);
    std::_Exit(1);
}
#define CHECK(condition) check((condition), #condition, __LINE__)

// Random content on disk, made a torrent of.
struct material {
    std::string directory, data;
    std::vector<char> torrent, info;
    std::string magnet;

    material(int size, lt::create_flags_t flags) {
        char name[] = "/tmp/eventtorrent-driver-XXXXXX";
        CHECK(mkdtemp(name) != nullptr);
        directory = name;
        data.resize(static_cast<std::size_t>(size));
        std::mt19937 random(static_cast<unsigned>(size));
        for (auto& c : data) c = static_cast<char>(random());
        std::ofstream(directory + "/video.bin", std::ios::binary).write(data.data(), size);
        lt::file_storage files;
        lt::add_files(files, directory + "/video.bin");
        lt::create_torrent create(files, 256 * 1024, flags);
        lt::set_piece_hashes(create, directory);
        lt::bencode(std::back_inserter(torrent), create.generate());
        lt::torrent_info const ti(torrent, lt::from_span);
        auto const section = ti.info_section();
        info.assign(section.begin(), section.end());
        magnet = "magnet:?xt=urn:btih:";
        char hex[3];
        if (ti.info_hashes().has_v1()) {
            for (unsigned char const c : ti.info_hashes().v1.to_string()) std::snprintf(hex, sizeof(hex), "%02x", c), magnet += hex;
        } else {
            magnet = "magnet:?xt=urn:btmh:1220";
            for (unsigned char const c : ti.info_hashes().v2.to_string()) std::snprintf(hex, sizeof(hex), "%02x", c), magnet += hex;
        }
    }

    // What a liar serves: other bytes under the right name.
    void falsify() const {
        std::string lies = data;
        for (auto& c : lies) c = static_cast<char>(~c);
        std::ofstream(directory + "/video.bin", std::ios::binary).write(lies.data(), static_cast<std::streamsize>(lies.size()));
    }

    ~material() {
        std::remove((directory + "/video.bin").c_str());
        rmdir(directory.c_str());
    }
};

lt::settings_pack seed_settings(char const* address) {
    lt::settings_pack s;
    s.set_str(lt::settings_pack::listen_interfaces, std::string(address) + ":0");
    s.set_bool(lt::settings_pack::enable_dht, false);
    s.set_bool(lt::settings_pack::enable_lsd, false);
    s.set_bool(lt::settings_pack::enable_upnp, false);
    s.set_bool(lt::settings_pack::enable_natpmp, false);
    s.set_int(lt::settings_pack::alert_mask, lt::alert_category::status);
    return s;
}

struct seed {
    seed(material const& m, char const* address) : address_(address) {
        session_ = std::make_unique<lt::session>(lt::session_params(seed_settings(address)));
        lt::add_torrent_params p;
        p.ti = std::make_shared<lt::torrent_info>(m.torrent, lt::from_span);
        p.save_path = m.directory;
        // Said to be complete as by resume data: a seed that lies would be found out in seed mode.
        p.have_pieces.resize(p.ti->num_pieces(), true);
        p.flags = lt::torrent_flags::upload_mode;
        session_->add_torrent(std::move(p));
    }

    std::string endpoint() const { return address_ + ":" + std::to_string(session_->listen_port()); }

private:
    std::string address_;
    std::unique_ptr<lt::session> session_;
};

et_options options() {
    et_options o{};
    o.listen_interfaces = "127.0.0.1:0";
    o.dht_bootstrap = "";
    o.memory_cap = 24 * MiB;
    o.max_connections = 50;
    o.max_metadata = 8 * MiB;
    o.max_files = 100;
    o.max_pieces = 1 << 18;
    o.max_trackers = 4;
    o.allow_private_networks = 1;
    o.dht = 1;
    return o;
}

et_session* start() {
    auto const o = options();
    et_session* s = nullptr;
    CHECK(et_session_create(&o, &s) == ET_OK);
    return s;
}

std::int64_t add(et_session* s, int kind, void const* bytes, std::size_t length, std::string const& peers) {
    et_source source{kind, 0, static_cast<uint8_t const*>(bytes), static_cast<std::int64_t>(length), "", peers.c_str()};
    std::int64_t id = 0;
    CHECK(et_add(s, &source, &id) == ET_OK);
    return id;
}

et_event wait_for(et_session* s, std::function<bool(et_event const&)> match) {
    auto const deadline = std::chrono::steady_clock::now() + 60s;
    et_event e{};
    while (std::chrono::steady_clock::now() < deadline)
        if (et_next_event(s, &e, 500) == 1 && match(e)) return e;
    CHECK(!"an event in time");
    return e;
}

et_event wait_for_metadata(et_session* s, std::int64_t id) {
    return wait_for(s, [id](et_event const& e) { return e.kind == ET_EVENT_METADATA && e.torrent == id; });
}

et_event fetch(et_session* s, std::int64_t id, std::vector<et_range> const& ranges, int policy) {
    static std::int64_t last = 1000; // the numbers below are for fetches that a test starts itself
    auto const number = ++last;
    CHECK(et_fetch(s, id, number, ranges.data(), static_cast<int>(ranges.size()), policy, 30000) == ET_OK);
    return wait_for(s, [number](et_event const& e) { return e.kind == ET_EVENT_FETCH && e.fetch == number; });
}

bool same(et_session* s, std::int64_t id, material const& m, et_range r) {
    std::vector<uint8_t> bytes(static_cast<std::size_t>(r.length));
    int verified = 0;
    CHECK(et_read(s, id, r.offset, bytes.data(), r.length, &verified) == ET_OK);
    return std::memcmp(bytes.data(), m.data.data() + r.offset, bytes.size()) == 0;
}

std::int64_t memory(et_session* s) {
    std::int64_t used = 0, cap = 0;
    CHECK(et_memory(s, &used, &cap) == ET_OK);
    return used;
}

void wrong_arguments() {
    char text[64];
    CHECK(et_abi_check(ET_ABI_VERSION, sizeof(et_options), sizeof(et_source), sizeof(et_range), sizeof(et_torrent_status), sizeof(et_event)) == ET_OK);
    CHECK(et_abi_check(ET_ABI_VERSION, 1, sizeof(et_source), sizeof(et_range), sizeof(et_torrent_status), sizeof(et_event)) == ET_E_ABI);
    CHECK(et_version(text, sizeof(text)) == ET_OK && std::strncmp(text, "2.", 2) == 0);
    CHECK(et_version(nullptr, 0) == ET_E_ARGUMENT);
    CHECK(et_last_error(nullptr, 0) == ET_E_ARGUMENT);
    CHECK(et_session_create(nullptr, nullptr) == ET_E_ARGUMENT);
    CHECK(et_session_destroy(nullptr) == ET_OK);
    auto* s = start();
    int port = 0;
    CHECK(et_listen_port(s, &port) == ET_OK && port > 0);
    CHECK(et_remove(s, 99) == ET_E_ARGUMENT);
    CHECK(et_status(s, 99, nullptr) == ET_E_ARGUMENT);
    et_range const r{0, 1};
    CHECK(et_fetch(s, 99, 1, &r, 1, ET_POLICY_BLOCKS, 1000) == ET_E_ARGUMENT);
    CHECK(et_wake(s) == ET_OK);
    et_event e{};
    CHECK(et_next_event(s, &e, 10000) == 0);
    std::int64_t id = 0;
    std::string const bad[] = {"", "magnet:?", "magnet:?xt=urn:btih:1", std::string(100000, 'm')};
    for (auto const& uri : bad) {
        et_source source{ET_SOURCE_MAGNET, 0, reinterpret_cast<uint8_t const*>(uri.data()), static_cast<std::int64_t>(uri.size()), "", ""};
        CHECK(et_add(s, &source, &id) < 0);
    }
    // Damaged torrents: read or refused, never anything else.
    material const m(300000, lt::create_torrent::v1_only);
    std::mt19937 random(1);
    for (int i = 0; i < 3000; ++i) {
        auto bytes = i % 2 ? m.torrent : m.info;
        for (int k = 0; k < 3; ++k) bytes[random() % bytes.size()] = static_cast<char>(random());
        bytes.resize(1 + random() % bytes.size());
        et_source source{i % 2 ? ET_SOURCE_TORRENT : ET_SOURCE_INFO, 0, reinterpret_cast<uint8_t const*>(bytes.data()), static_cast<std::int64_t>(bytes.size()), "", ""};
        if (et_add(s, &source, &id) == ET_OK) CHECK(et_remove(s, id) == ET_OK);
    }
    CHECK(et_session_destroy(s) == ET_OK);
}

void transfer(lt::create_flags_t flags) {
    material const m(6 * MiB + 1234, flags);
    seed const one(m, "127.0.0.2"), two(m, "127.0.0.3");
    auto* s = start();
    auto const id = add(s, ET_SOURCE_MAGNET, m.magnet.data(), m.magnet.size(), one.endpoint() + "\n" + two.endpoint() + "\nnonsense\n");
    CHECK(add(s, ET_SOURCE_MAGNET, m.magnet.data(), m.magnet.size(), "") == id);
    wait_for_metadata(s, id);
    std::int64_t size = 0;
    CHECK(et_metadata(s, id, nullptr, 0, &size) == ET_E_SMALL && size == static_cast<std::int64_t>(m.info.size()));
    std::vector<uint8_t> info(static_cast<std::size_t>(size));
    CHECK(et_metadata(s, id, info.data(), size, &size) == ET_OK && std::memcmp(info.data(), m.info.data(), info.size()) == 0);

    std::vector<et_range> const ranges{{1000, 100000}, {2 * MiB + 7, 200000}, {6 * MiB, 1234}};
    CHECK(fetch(s, id, ranges, ET_POLICY_BLOCKS).status == ET_OK);
    for (auto const& r : ranges) CHECK(same(s, id, m, r));
    CHECK(fetch(s, id, ranges, ET_POLICY_TWO_PEERS).status == ET_OK);
    auto const pieces = fetch(s, id, ranges, ET_POLICY_PIECES);
    CHECK(pieces.status == ET_OK && pieces.verified == 1);
    for (auto const& r : ranges) CHECK(same(s, id, m, r));
    CHECK(fetch(s, id, {{0, static_cast<std::int64_t>(m.data.size())}}, ET_POLICY_PIECES).verified == 1);
    CHECK(same(s, id, m, {0, static_cast<std::int64_t>(m.data.size())}));
    // libtorrent counts a v2-only torrent in whole blocks.
    CHECK(memory(s) - static_cast<std::int64_t>(m.data.size()) < (flags & lt::create_torrent::v2_only ? 16 * 1024 : 1));

    et_torrent_status status{};
    CHECK(et_status(s, id, &status) == ET_OK && status.payload_bytes >= static_cast<std::int64_t>(m.data.size()) && status.metadata_bytes == size);
    char peers[2048];
    CHECK(et_serving_peers(s, id, peers, sizeof(peers)) == ET_OK && peers[0] != 0);
    CHECK(et_connect_peer(s, id, "not an endpoint") == ET_E_ARGUMENT);
    CHECK(et_connect_peer(s, id, "[::1]:1") == ET_OK);
    CHECK(et_remove(s, id) == ET_OK);
    CHECK(memory(s) == 0);
    CHECK(et_session_destroy(s) == ET_OK);
}

void liar() {
    material const m(2 * MiB, lt::create_torrent::v1_only), false_copy(2 * MiB, lt::create_torrent::v1_only);
    false_copy.falsify();
    seed const bad(false_copy, "127.0.0.4"), good(m, "127.0.0.5");
    auto* s = start();
    auto const id = add(s, ET_SOURCE_INFO, m.info.data(), m.info.size(), bad.endpoint());
    wait_for_metadata(s, id);
    CHECK(fetch(s, id, {{0, 50000}}, ET_POLICY_BLOCKS).status == ET_OK);
    CHECK(!same(s, id, m, {0, 50000}));
    CHECK(et_connect_peer(s, id, good.endpoint().c_str()) == ET_OK);
    auto const e = fetch(s, id, {{0, MiB}}, ET_POLICY_PIECES);
    CHECK(e.status == ET_OK && e.verified == 1 && same(s, id, m, {0, MiB}));
    CHECK(et_session_destroy(s) == ET_OK);
}

void ends_in_the_middle() {
    material const m(20 * MiB, lt::create_torrent::v1_only);
    seed const one(m, "127.0.0.6");
    for (int round = 0; round < 12; ++round) {
        auto* s = start();
        auto const id = add(s, ET_SOURCE_TORRENT, m.torrent.data(), m.torrent.size(), one.endpoint());
        wait_for_metadata(s, id);
        et_range const all{0, 20 * MiB};
        CHECK(et_fetch(s, id, 1, &all, 1, round % 3, 30000) == ET_OK);
        CHECK(et_fetch(s, id, 2, &all, 1, ET_POLICY_PIECES, 1) == ET_OK);
        std::thread reader([s, id] {
            std::vector<uint8_t> bytes(MiB);
            int verified = 0;
            std::int64_t used = 0, cap = 0;
            for (int i = 0; i < 200; ++i) {
                et_read(s, id, (i % 19) * MiB, bytes.data(), MiB, &verified);
                et_memory(s, &used, &cap);
                et_torrent_status status{};
                et_status(s, id, &status);
            }
        });
        et_event e{};
        for (int i = 0; i < round * 4; ++i) et_next_event(s, &e, 10);
        CHECK(et_cancel(s, id, 1) == ET_OK);
        if (round % 2) CHECK(et_remove(s, id) == ET_OK && memory(s) == 0);
        reader.join();
        CHECK(et_session_destroy(s) == ET_OK);
    }
}

void memory_cap() {
    material const m(30 * MiB, lt::create_torrent::v1_only);
    auto* s = start();
    auto const id = add(s, ET_SOURCE_INFO, m.info.data(), m.info.size(), "");
    wait_for_metadata(s, id);
    et_range const all{0, 30 * MiB}, half{0, 15 * MiB}, rest{15 * MiB, 15 * MiB};
    CHECK(et_fetch(s, id, 1, &all, 1, ET_POLICY_BLOCKS, 1000) == ET_E_MEMORY);
    CHECK(et_fetch(s, id, 1, &half, 1, ET_POLICY_BLOCKS, 500) == ET_OK);
    CHECK(fetch(s, id, {rest}, ET_POLICY_BLOCKS).status == ET_E_MEMORY);
    CHECK(wait_for(s, [](et_event const& e) { return e.fetch == 1; }).status == ET_E_STALLED);
    CHECK(memory(s) == 0);
    CHECK(et_session_destroy(s) == ET_OK);
}

}

int main() {
    wrong_arguments();
    memory_cap();
    transfer(lt::create_torrent::v1_only);
    transfer({});
    transfer(lt::create_torrent::v2_only);
    liar();
    ends_in_the_middle();
    std::puts("ok");
}
