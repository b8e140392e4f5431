// Fetches single 16 KiB blocks through libtorrent's plugin API.
//
// libtorrent keeps the connections, the protocol, the hash checks and the bans; every REQUEST on the wire is ours. Its own requests are
// suppressed (block_peer::write_request), its piece picker wants all pieces all the time, so that interest never flaps, and each block that
// we asked for is handed on to it (block_peer::on_piece returns false): when all blocks of a piece are here it checks the hash.
//
// Invariants:
//  1. All state belongs to the network thread, except `counters_`. Other threads reach it by posting.
//  2. A block in `wants_` has memory promised in the content until it is stored or given up.
//  3. A want is in `open_` exactly when it needs more requests than are under way.
//  4. A peer's block is taken only if we asked this peer for it; anything else ends the connection.
//  5. While a piece is "suspect" (it failed its hash) its blocks are asked of one address only, so that the next verdict names the liar.
#pragma once
#include "content.h"
#include "events.h"

#include <libtorrent/bdecode.hpp>
#include <libtorrent/extensions.hpp>
#include <libtorrent/peer_connection_handle.hpp>
#include <libtorrent/torrent_handle.hpp>

#include <chrono>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

namespace et {

using clock = std::chrono::steady_clock;
using lt::span;

class block_fetcher;

// One connection.
struct block_peer final : lt::peer_plugin {
    block_peer(lt::peer_connection_handle connection, std::shared_ptr<block_fetcher> fetcher);
    ~block_peer() override;

    bool on_handshake(span<char const>) override;
    bool on_extension_handshake(lt::bdecode_node const& message) override;
    bool on_extended(int length, int message, span<char const>) override;
    bool on_choke() override;
    bool on_unchoke() override;
    bool on_allowed_fast(lt::piece_index_t piece) override;
    bool on_reject(lt::peer_request const& r) override;
    bool on_piece(lt::peer_request const& r, span<char const> data) override;
    bool write_request(lt::peer_request const&) override { return true; }
    void on_disconnect(lt::error_code const&) override;
    void sent_payload(int bytes) override;

    bool asked_for(block_id id) const;
    // Appends a REQUEST or CANCEL to the bytes that flush() sends.
    void put_request(block_id id, int length);
    void put_cancel(block_id id, int length);
    void flush();
    void drop();

    lt::peer_connection_handle connection;
    std::shared_ptr<block_fetcher> fetcher;
    std::string const identity;
    int listen_port = 0;            // as announced (BEP 10); 0: not known
    int max_requests = 250;         // reqq of BEP 10; its usual value for who does not say
    std::int64_t metadata_size = 0; // as announced (BEP 9)
    bool sent_metadata = false;     // a part of the info dictionary that is being put together
    bool ready = false;             // handshake done
    bool choked = true;
    bool gone = false;
    std::set<int> allowed_fast;     // pieces we may ask for while choked (BEP 6)

    std::deque<block_id> out;                     // asked and awaited, in the order of asking
    std::set<block_id> late;                      // asked and given up: an answer is still taken
    std::map<block_id, clock::time_point> refused; // rejected: not asked again before that time

    bool proven = false;            // has sent a block since it was new or stalled
    int strikes = 0;                // stalls in a row
    double rate = 0;                // bytes per second over the busy period
    clock::time_point busy_since{}; // requests have been under way since then
    clock::time_point last_data{};
    std::int64_t busy_bytes = 0;
    std::int64_t seen_payload = 0;  // to tell a slow block from silence
    std::string unsent;
};

class block_fetcher final : public lt::torrent_plugin, public std::enable_shared_from_this<block_fetcher> {
public:
    struct settings {
        std::int64_t torrent = 0;
        int max_metadata = 0;
        std::shared_ptr<content> store;
        std::shared_ptr<event_queue> events;
    };
    explicit block_fetcher(settings s) : torrent_(s.torrent), max_metadata_(s.max_metadata), store_(std::move(s.store)), events_(std::move(s.events)) {}

    // What the torrent_status of the C ABI shows. Any thread.
    struct counters {
        std::int64_t payload = 0, wasted = 0, down_rate = 0, up_rate = 0;
        int peers = 0, seeds = 0, oversized = 0;
        bool metadata_from_swarm = false;
    };
    counters snapshot() const;
    std::vector<std::string> serving_peers(std::size_t limit) const;

    // Network thread from here on.
    std::shared_ptr<lt::peer_plugin> new_connection(lt::peer_connection_handle const& connection) override;
    void on_files_checked() override;
    void on_piece_pass(lt::piece_index_t piece) override;
    void on_piece_failed(lt::piece_index_t piece) override;

    void start_fetch(std::int64_t id, std::vector<std::pair<std::int64_t, std::int64_t>> const& ranges, int policy, std::chrono::milliseconds stall);
    void cancel_fetch(std::int64_t id, int status, std::string const& message);
    // The info dictionary did not fit the infohash.
    void metadata_was_false();
    void close();
    // Every 100 ms.
    void tick();
    bool wants_peers() const { return !closed_ && peers_ready_ == 0; }

private:
    friend struct block_peer;

    struct fetch {
        int policy = 0;
        std::chrono::milliseconds stall{};
        clock::time_point last_progress{};
        std::map<int, std::vector<int>> scope; // piece -> blocks that the fetch is about
        std::set<block_id> blocks;             // still missing
        std::set<int> pieces;                  // still to pass their hash
        std::int64_t payload = 0;
    };
    struct copy {
        std::string from;
        lt::sha1_hash digest;
        std::vector<char> data; // only when it differs from what is stored
    };
    struct want {
        int copies = 1;                // copies from different addresses that are needed
        bool promised = false;         // memory is promised for it; false when the block is stored already
        int under_way = 0;             // requests
        int moves = 0;                 // times taken from a slow peer
        int duplicates = 0;            // times asked twice
        std::set<std::string> engaged; // addresses that were asked or have answered
        std::vector<copy> got;         // while copies are compared
        clock::time_point last_copy{};
    };
    struct origin {
        std::string from;
        bool confirmed = false; // two addresses said the same
    };
    struct suspicion {
        std::set<std::string> contributors; // of the failed rounds
        std::string sole;                   // who is asked now; empty: nobody yet
        bool restart = false;               // libtorrent clears the piece first; blocks are wanted again at the next tick
    };

    // block_fetcher.cpp
    void add_blocks(fetch& f, int piece, std::vector<int> const& blocks);
    bool need(fetch& f, block_id id);
    void escalate(int piece);
    void satisfied(block_id id);
    void give_up(block_id id);
    void finish_if_done(std::int64_t id);
    void end_fetch(std::int64_t id, int status, std::string const& message);
    bool needed(block_id id) const;
    lt::sha1_hash digest_of_stored(block_id id) const;
    enum class verdict { hand_on, swallow };
    verdict receive(block_peer& from, block_id id, span<char const> data);
    verdict receive_unwanted(block_peer& from, block_id id, span<char const> data);
    void receive_wanted(block_peer& from, block_id id, want& w, span<char const> data);
    void compare_copies(block_id id, want& w);
    void judge_conflicts(int piece);
    void escalate_lonely(clock::time_point now);
    void check_deadlines(clock::time_point now);
    void ban(std::string const& identity);
    void restart_suspects();

    // block_scheduler.cpp
    void refresh(block_id id);
    int window(block_peer const& p) const;
    bool may_ask(block_peer const& p, block_id id) const;
    void ask(block_peer& p, block_id id);
    void take_back(block_peer& p, block_id id, bool cancel);
    void take_all_back(block_peer& p, bool cancel, bool keep_allowed_fast);
    void pump(block_peer& p);
    void pump_all();
    void steal(block_peer& p);
    void cancel_duplicates(block_id id);
    void check_stalls(clock::time_point now);
    void account(block_peer& p, std::int64_t bytes);
    void update_rates(clock::time_point now);

    std::int64_t const torrent_;
    int const max_metadata_;
    std::shared_ptr<content> const store_;
    std::shared_ptr<event_queue> const events_;

    bool started_ = false; // files checked: peers may be asked
    bool closed_ = false;
    std::vector<block_peer*> peers_;
    int peers_ready_ = 0;
    std::set<std::string> banned_;

    std::map<std::int64_t, fetch> fetches_;
    std::map<block_id, want> wants_;
    std::set<block_id> open_;
    std::map<block_id, origin> origins_;              // of stored, unverified blocks
    std::map<int, suspicion> suspects_;               // by piece
    std::map<block_id, std::vector<copy>> conflicts_; // copies that differ, until the piece has its verdict

    std::int64_t asked_total_ = 0; // blocks, for the budget of duplicates
    std::int64_t duplicates_ = 0;

    clock::time_point last_rates_{};
    std::int64_t last_payload_ = 0, last_uploaded_ = 0, uploaded_ = 0;

    mutable std::mutex counters_mutex_;
    counters counters_;
    std::map<std::string, std::int64_t> served_; // "ip:port" -> bytes, guarded by counters_mutex_
};

}
