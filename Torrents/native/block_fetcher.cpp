#include "block_fetcher.h"

#include "address_policy.h"

#include <libtorrent/hasher.hpp>
#include <libtorrent/peer_connection_interface.hpp>

#include <algorithm>
#include <utility>

namespace et {
namespace {

// With one address only, TwoPeers waits this long for a second one, then proves the block by the hash of its whole piece.
constexpr auto lonely_limit = std::chrono::seconds(5);
constexpr std::size_t enough_copies = 3;

std::vector<int> all_blocks(int count) {
    std::vector<int> blocks(static_cast<std::size_t>(count));
    for (int b = 0; b < count; ++b) blocks[static_cast<std::size_t>(b)] = b;
    return blocks;
}

}

block_fetcher::counters block_fetcher::snapshot() const {
    std::lock_guard<std::mutex> lock(counters_mutex_);
    return counters_;
}

std::vector<std::string> block_fetcher::serving_peers(std::size_t limit) const {
    std::vector<std::pair<std::int64_t, std::string>> order;
    {
        std::lock_guard<std::mutex> lock(counters_mutex_);
        for (auto const& s : served_) order.emplace_back(-s.second, s.first);
    }
    std::sort(order.begin(), order.end());
    std::vector<std::string> out;
    for (auto const& o : order)
        if (out.size() < limit) out.push_back(o.second);
    return out;
}

std::shared_ptr<lt::peer_plugin> block_fetcher::new_connection(lt::peer_connection_handle const& connection) {
    // Web seeds are left out: they know no blocks.
    if (closed_ || connection.type() != lt::connection_type::bittorrent) return {};
    return std::make_shared<block_peer>(connection, shared_from_this());
}

void block_fetcher::on_files_checked() {
    if (started_ || closed_) return;
    started_ = true;
    events_->metadata(torrent_);
}

void block_fetcher::start_fetch(std::int64_t id, std::vector<std::pair<std::int64_t, std::int64_t>> const& ranges, int policy, std::chrono::milliseconds stall) {
    if (closed_) {
        events_->fetch_ended(torrent_, id, ET_E_CANCELLED, 0, false, "the torrent was removed");
        return;
    }
    if (fetches_.count(id)) {
        events_->fetch_ended(torrent_, id, ET_E_ARGUMENT, 0, false, "a fetch of this id is under way");
        return;
    }
    auto& f = fetches_[id];
    f.policy = policy;
    f.stall = stall;
    f.last_progress = clock::now();
    std::map<int, std::set<int>> touched;
    for (auto const& range : ranges) {
        auto const end = range.first + range.second;
        for (auto offset = range.first; offset < end;) {
            auto const piece = static_cast<int>(offset / store_->piece_length());
            auto const block = static_cast<int>(offset % store_->piece_length()) / block_size;
            touched[piece].insert(block);
            offset = std::int64_t(piece) * store_->piece_length() + std::min<std::int64_t>(std::int64_t(block + 1) * block_size, store_->piece_size(piece));
        }
    }
    for (auto const& t : touched) {
        if (store_->verified(t.first)) {
            f.scope[t.first];
            continue;
        }
        if (policy == ET_POLICY_PIECES) f.pieces.insert(t.first);
        add_blocks(f, t.first, policy == ET_POLICY_PIECES ? all_blocks(store_->blocks_in(t.first)) : std::vector<int>(t.second.begin(), t.second.end()));
    }
    for (auto const& t : f.scope)
        for (int const b : t.second)
            if (!need(f, {t.first, b})) {
                end_fetch(id, ET_E_MEMORY, "the memory budget of the session is used up");
                return;
            }
    finish_if_done(id);
    pump_all();
}

void block_fetcher::add_blocks(fetch& f, int piece, std::vector<int> const& blocks) {
    auto& scope = f.scope[piece];
    scope.insert(scope.end(), blocks.begin(), blocks.end());
    std::sort(scope.begin(), scope.end());
    scope.erase(std::unique(scope.begin(), scope.end()), scope.end());
}

// The fetch can't do without this block. False: no memory for it.
bool block_fetcher::need(fetch& f, block_id id) {
    if (store_->is_pad(id) || store_->verified(id.piece)) return true;
    bool const compare = f.policy == ET_POLICY_TWO_PEERS && !f.pieces.count(id.piece);
    bool const here = store_->has(id);
    auto const origin = origins_.find(id);
    if (here && (!compare || (origin != origins_.end() && origin->second.confirmed))) return true;
    auto const [at, added] = wants_.try_emplace(id);
    auto& w = at->second;
    if (added && !here) {
        w.promised = store_->promise(id);
        if (!w.promised) {
            wants_.erase(at);
            return false;
        }
    }
    if (compare && w.copies == 1) {
        w.copies = 2;
        for (auto const* p : peers_)
            if (p->asked_for(id)) w.engaged.insert(p->identity);
        if (here && origin != origins_.end()) {
            w.engaged.insert(origin->second.from);
            w.got.push_back({origin->second.from, digest_of_stored(id), {}});
            w.last_copy = clock::now();
        }
    }
    f.blocks.insert(id);
    refresh(id);
    return true;
}

lt::sha1_hash block_fetcher::digest_of_stored(block_id id) const {
    std::vector<char> data(static_cast<std::size_t>(store_->block_length(id)));
    bool verified = false;
    auto const offset = std::int64_t(id.piece) * store_->piece_length() + std::int64_t(id.block) * block_size;
    if (!store_->read(offset, data.data(), static_cast<std::int64_t>(data.size()), verified)) return {};
    return lt::hasher(data).final();
}

bool block_fetcher::needed(block_id id) const {
    return std::any_of(fetches_.begin(), fetches_.end(), [id](auto const& f) { return f.second.blocks.count(id) > 0; });
}

// Nobody needs the block any more.
void block_fetcher::give_up(block_id id) {
    auto const at = wants_.find(id);
    if (at == wants_.end()) return;
    cancel_duplicates(id);
    if (at->second.promised) store_->withdraw(id);
    wants_.erase(at);
    open_.erase(id);
}

void block_fetcher::satisfied(block_id id) {
    std::vector<std::int64_t> done;
    for (auto& f : fetches_)
        if (f.second.blocks.erase(id)) done.push_back(f.first);
    for (auto const fetch : done) finish_if_done(fetch);
}

void block_fetcher::finish_if_done(std::int64_t id) {
    auto const f = fetches_.find(id);
    if (f != fetches_.end() && f->second.blocks.empty() && f->second.pieces.empty()) end_fetch(id, ET_OK, {});
}

void block_fetcher::end_fetch(std::int64_t id, int status, std::string const& message) {
    auto const at = fetches_.find(id);
    if (at == fetches_.end()) return;
    auto const f = std::move(at->second);
    fetches_.erase(at);
    for (auto const& b : f.blocks)
        if (!needed(b)) give_up(b);
    bool const verified = std::all_of(f.scope.begin(), f.scope.end(), [this](auto const& s) { return store_->verified(s.first); });
    events_->fetch_ended(torrent_, id, status, f.payload, status == ET_OK && verified, message);
}

void block_fetcher::cancel_fetch(std::int64_t id, int status, std::string const& message) {
    end_fetch(id, status, message);
    pump_all();
}

// libtorrent asks again soon, and perhaps the same peer for ever. When one peer alone sent it all, it has lied.
void block_fetcher::metadata_was_false() {
    if (closed_ || started_) return;
    std::set<std::string> senders;
    for (auto* p : peers_)
        if (std::exchange(p->sent_metadata, false)) senders.insert(p->identity);
    if (senders.size() == 1) ban(*senders.begin());
}

void block_fetcher::close() {
    if (closed_) return;
    while (!fetches_.empty()) end_fetch(fetches_.begin()->first, ET_E_CANCELLED, "the torrent was removed");
    closed_ = true;
}

block_fetcher::verdict block_fetcher::receive(block_peer& from, block_id id, span<char const> data) {
    auto const at = std::find(from.out.begin(), from.out.end(), id);
    bool const awaited = at != from.out.end();
    if (awaited)
        from.out.erase(at);
    else
        from.late.erase(id);
    account(from, data.size());
    auto remote = from.connection.remote();
    if (!from.connection.is_outgoing() && from.listen_port > 0) remote.port(static_cast<std::uint16_t>(from.listen_port));
    {
        std::lock_guard<std::mutex> lock(counters_mutex_);
        counters_.payload += data.size();
        served_[format_endpoint(remote)] += data.size();
    }
    for (auto& f : fetches_) {
        auto const scope = f.second.scope.find(id.piece);
        if (scope == f.second.scope.end() || !std::binary_search(scope->second.begin(), scope->second.end(), id.block)) continue;
        f.second.payload += data.size();
        f.second.last_progress = clock::now();
    }
    auto const w = wants_.find(id);
    auto result = verdict::hand_on;
    if (w == wants_.end()) {
        result = receive_unwanted(from, id, data);
    } else if (!awaited && (w->second.copies > 1 ? w->second.engaged.count(from.identity) > 0 : suspects_.count(id.piece) > 0)) {
        // A late answer that must not count: a second copy of one address, or a block of a suspect piece from another than its sole source.
        result = verdict::swallow;
    } else {
        if (awaited) --w->second.under_way;
        receive_wanted(from, id, w->second, data);
    }
    pump(from);
    return result;
}

// A late answer: the block came from elsewhere meanwhile, or the fetch is over. Kept when there is room, it cost its bytes already.
block_fetcher::verdict block_fetcher::receive_unwanted(block_peer& from, block_id id, span<char const> data) {
    if (store_->has(id) || store_->verified(id.piece)) {
        std::lock_guard<std::mutex> lock(counters_mutex_);
        counters_.wasted += data.size();
        return verdict::hand_on;
    }
    if (suspects_.count(id.piece) || !store_->promise(id)) return verdict::swallow;
    store_->put(id, data);
    origins_[id] = {from.identity, false};
    return verdict::hand_on;
}

void block_fetcher::receive_wanted(block_peer& from, block_id id, want& w, span<char const> data) {
    if (w.promised) {
        store_->put(id, data);
        w.promised = false;
        origins_[id] = {from.identity, false};
    }
    if (w.copies == 1) {
        cancel_duplicates(id);
        wants_.erase(id);
        open_.erase(id);
        satisfied(id);
        return;
    }
    w.engaged.insert(from.identity);
    w.last_copy = clock::now();
    copy c{from.identity, lt::hasher(data).final(), {}};
    if (!w.got.empty() && c.digest != w.got.front().digest) c.data.assign(data.begin(), data.end());
    w.got.push_back(std::move(c));
    compare_copies(id, w);
}

void block_fetcher::compare_copies(block_id id, want& w) {
    if (w.got.size() < 2) {
        refresh(id);
        return;
    }
    auto const& last = w.got.back();
    auto const equal = std::find_if(w.got.begin(), w.got.end() - 1, [&last](copy const& c) { return c.digest == last.digest; });
    if (equal == w.got.end() - 1) {
        // All differ. A third address decides; if even that differs, the hash of the piece does.
        if (w.got.size() >= enough_copies) {
            escalate(id.piece);
            return;
        }
        ++w.copies;
        refresh(id);
        return;
    }
    if (!last.data.empty()) store_->replace(id, last.data);
    origins_[id] = {last.from, true};
    auto const digest = last.digest;
    auto const copies = std::move(w.got);
    cancel_duplicates(id);
    wants_.erase(id);
    open_.erase(id);
    for (auto const& c : copies)
        if (c.digest != digest) ban(c.from);
    satisfied(id);
}

// Comparing did not settle it: the piece is fetched whole and hash-checked, for all who wanted two copies of its blocks.
void block_fetcher::escalate(int piece) {
    std::vector<block_id> compared;
    for (auto w = wants_.lower_bound({piece, 0}); w != wants_.end() && w->first.piece == piece; ++w)
        if (w->second.copies > 1) compared.push_back(w->first);
    for (auto const& id : compared) {
        auto& w = wants_[id];
        if (w.got.size() > 1) conflicts_[id] = std::move(w.got);
        for (auto& f : fetches_) f.second.blocks.erase(id);
        give_up(id);
    }
    std::vector<std::int64_t> starved;
    for (auto& f : fetches_) {
        auto const scope = f.second.scope.find(piece);
        if (scope == f.second.scope.end() || scope->second.empty()) continue;
        if (f.second.policy == ET_POLICY_TWO_PEERS) {
            f.second.pieces.insert(piece);
            add_blocks(f.second, piece, all_blocks(store_->blocks_in(piece)));
        }
        for (int const b : f.second.scope[piece])
            if (!need(f.second, {piece, b})) {
                starved.push_back(f.first);
                break;
            }
    }
    for (auto const id : starved) end_fetch(id, ET_E_MEMORY, "the memory budget of the session is used up");
    std::vector<std::int64_t> all;
    for (auto const& f : fetches_) all.push_back(f.first);
    for (auto const id : all) finish_if_done(id);
    pump_all();
}

void block_fetcher::escalate_lonely(clock::time_point now) {
    std::set<int> pieces;
    for (auto const& w : wants_)
        if (w.second.copies > 1 && !w.second.got.empty() && w.second.under_way == 0 && now - w.second.last_copy >= lonely_limit) pieces.insert(w.first.piece);
    for (int const piece : pieces) escalate(piece);
}

void block_fetcher::on_piece_pass(lt::piece_index_t index) {
    auto const piece = static_cast<int>(index);
    if (closed_ || !store_->contains({piece, 0})) return;
    store_->set_verified(piece);
    suspects_.erase(piece);
    judge_conflicts(piece);
    origins_.erase(origins_.lower_bound({piece, 0}), origins_.lower_bound({piece + 1, 0}));
    std::vector<block_id> wanted;
    for (auto w = wants_.lower_bound({piece, 0}); w != wants_.end() && w->first.piece == piece; ++w) wanted.push_back(w->first);
    for (auto const& id : wanted) give_up(id);
    std::vector<std::int64_t> touched;
    for (auto& f : fetches_) {
        for (auto const& id : wanted) f.second.blocks.erase(id);
        f.second.pieces.erase(piece);
        touched.push_back(f.first);
    }
    for (auto const id : touched) finish_if_done(id);
    pump_all();
}

void block_fetcher::judge_conflicts(int piece) {
    auto const begin = conflicts_.lower_bound({piece, 0});
    auto const end = conflicts_.lower_bound({piece + 1, 0});
    std::set<std::string> liars;
    for (auto at = begin; at != end; ++at) {
        auto const truth = digest_of_stored(at->first);
        for (auto const& c : at->second)
            if (c.digest != truth) liars.insert(c.from);
    }
    conflicts_.erase(begin, end);
    for (auto const& liar : liars) ban(liar);
}

void block_fetcher::on_piece_failed(lt::piece_index_t index) {
    auto const piece = static_cast<int>(index);
    if (closed_ || !store_->contains({piece, 0})) return;
    auto& suspect = suspects_[piece];
    suspect.sole.clear();
    suspect.restart = true;
    auto const begin = origins_.lower_bound({piece, 0});
    auto const end = origins_.lower_bound({piece + 1, 0});
    for (auto at = begin; at != end; ++at) suspect.contributors.insert(at->second.from);
    origins_.erase(begin, end);
    store_->distrust(piece);
    // A block that waits for its second copy has lost the first one with the piece, and the memory promised for it.
    std::vector<block_id> bereft;
    for (auto at = wants_.lower_bound({piece, 0}); at != wants_.end() && at->first.piece == piece; ++at)
        if (!at->second.promised) bereft.push_back(at->first);
    for (auto const& id : bereft) give_up(id);
    std::lock_guard<std::mutex> lock(counters_mutex_);
    counters_.wasted += store_->piece_size(piece);
}

// libtorrent has cleared the failed pieces by now: want their blocks again.
void block_fetcher::restart_suspects() {
    for (auto& s : suspects_) {
        if (!s.second.restart) continue;
        s.second.restart = false;
        std::vector<std::int64_t> starved;
        for (auto& f : fetches_) {
            auto const scope = f.second.scope.find(s.first);
            if (scope == f.second.scope.end()) continue;
            for (int const b : scope->second)
                if (!need(f.second, {s.first, b})) {
                    starved.push_back(f.first);
                    break;
                }
        }
        for (auto const id : starved) end_fetch(id, ET_E_MEMORY, "the memory budget of the session is used up");
    }
}

void block_fetcher::ban(std::string const& identity) {
    if (!banned_.insert(identity).second) return;
    auto const all = peers_;
    for (auto* p : all)
        if (p->identity == identity) {
            take_all_back(*p, false, false);
            p->drop();
        }
}

void block_fetcher::check_deadlines(clock::time_point now) {
    std::vector<std::int64_t> stalled;
    for (auto const& f : fetches_)
        if (now - f.second.last_progress >= f.second.stall) stalled.push_back(f.first);
    for (auto const id : stalled) {
        auto const& f = fetches_[id];
        end_fetch(id, ET_E_STALLED,
                  "no block arrived for " + std::to_string(f.stall.count() / 1000) + " s; " + std::to_string(f.blocks.size()) + " blocks missing, " +
                      std::to_string(peers_ready_) + " peers connected");
    }
}

void block_fetcher::tick() {
    if (closed_) return;
    auto const now = clock::now();
    update_rates(now);
    restart_suspects();
    escalate_lonely(now);
    check_stalls(now);
    check_deadlines(now);
    pump_all();
}

}
