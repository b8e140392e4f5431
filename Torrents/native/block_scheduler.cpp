// Which peer is asked for which block, and when it is taken from it again. The constants are measured: a first share by the number of
// unchoked peers fills Transmission's half-second pulse, and taking blocks by expected time keeps a frozen peer from holding up the rest.
#include "block_fetcher.h"

#include <libtorrent/peer_info.hpp>

#include <algorithm>

namespace et {
namespace {

constexpr int min_window = 8;
constexpr double window_seconds = 1.5;
constexpr auto stall_limit = std::chrono::milliseconds(1500);
constexpr double stall_blocks = 4;
constexpr int max_moves = 4;
constexpr double steal_factor = 2, steal_margin = 0.1;
constexpr std::int64_t min_duplicates = 2, duplicate_percent = 5;
constexpr double unknown_rate = 50000, least_rate = 1000, unproven_block_seconds = 0.02;

double seconds(clock::duration d) { return std::chrono::duration<double>(d).count(); }

double time_to_block(block_peer const& p, int position) { return position * double(block_size) / (p.rate > least_rate ? p.rate : unknown_rate); }

}

void block_fetcher::refresh(block_id id) {
    auto const found = wants_.find(id);
    bool const open = found != wants_.end() && static_cast<int>(found->second.got.size()) + found->second.under_way < found->second.copies;
    if (open)
        open_.insert(id);
    else
        open_.erase(id);
}

int block_fetcher::window(block_peer const& p) const {
    if (p.proven) return std::max(min_window, std::min(p.max_requests, static_cast<int>(p.rate * window_seconds / block_size) + 1));
    if (p.strikes > 0) return 1;
    auto const unchoked = std::count_if(peers_.begin(), peers_.end(), [](block_peer const* q) { return q->ready && !q->choked && !q->gone; });
    auto const left = static_cast<int>(wants_.size());
    auto const sharers = std::max(1, static_cast<int>(unchoked));
    return std::max(min_window, std::min(p.max_requests, (left + sharers - 1) / sharers));
}

bool block_fetcher::may_ask(block_peer const& p, block_id id) const {
    if (p.gone || !p.ready || p.connection.is_disconnecting() || banned_.count(p.identity)) return false;
    if (p.choked && !p.allowed_fast.count(id.piece)) return false;
    if (p.asked_for(id) || !p.connection.has_piece(lt::piece_index_t(id.piece))) return false;
    auto const refused = p.refused.find(id);
    if (refused != p.refused.end() && refused->second > clock::now()) return false;
    auto const w = wants_.find(id);
    if (w != wants_.end() && w->second.copies > 1 && w->second.engaged.count(p.identity)) return false;
    auto const suspect = suspects_.find(id.piece);
    if (suspect == suspects_.end()) return true;
    auto const& s = suspect->second;
    if (s.restart) return false;
    if (!s.sole.empty()) return s.sole == p.identity;
    if (!s.contributors.count(p.identity)) return true;
    // Everybody is suspect: then this one is as good as any.
    return std::none_of(peers_.begin(), peers_.end(), [&](block_peer const* q) {
        return q->ready && !q->gone && !q->choked && !banned_.count(q->identity) && !s.contributors.count(q->identity) &&
               q->connection.has_piece(lt::piece_index_t(id.piece));
    });
}

void block_fetcher::ask(block_peer& p, block_id id) {
    auto& w = wants_[id];
    auto const now = clock::now();
    if (p.out.empty()) {
        p.busy_since = now;
        p.busy_bytes = 0;
        lt::peer_info info;
        p.connection.get_peer_info(info);
        p.seen_payload = info.total_download;
    }
    p.out.push_back(id);
    p.put_request(id, store_->block_length(id));
    ++w.under_way;
    ++asked_total_;
    if (w.copies > 1) w.engaged.insert(p.identity);
    auto const suspect = suspects_.find(id.piece);
    if (suspect != suspects_.end()) suspect->second.sole = p.identity;
    refresh(id);
}

void block_fetcher::take_back(block_peer& p, block_id id, bool cancel) {
    auto const at = std::find(p.out.begin(), p.out.end(), id);
    if (at == p.out.end()) return;
    p.out.erase(at);
    if (cancel)
        p.put_cancel(id, store_->block_length(id));
    else
        p.late.insert(id);
    auto const found = wants_.find(id);
    if (found == wants_.end()) return;
    --found->second.under_way;
    found->second.engaged.erase(p.identity);
    auto const suspect = suspects_.find(id.piece);
    if (suspect != suspects_.end()) suspect->second.sole.clear();
    refresh(id);
}

void block_fetcher::take_all_back(block_peer& p, bool cancel, bool keep_allowed_fast) {
    auto const all = p.out;
    for (auto const& id : all)
        if (!keep_allowed_fast || !p.allowed_fast.count(id.piece)) take_back(p, id, cancel);
}

void block_fetcher::pump(block_peer& p) {
    if (!started_ || closed_ || p.gone || !p.ready) return;
    if (p.choked && p.allowed_fast.empty()) return;
    auto const limit = window(p);
    for (auto next = open_.begin(); next != open_.end() && static_cast<int>(p.out.size()) < limit;) {
        auto const id = *next++;
        if (may_ask(p, id)) ask(p, id);
    }
    if (p.proven && static_cast<int>(p.out.size()) < limit) steal(p);
    p.flush();
}

void block_fetcher::pump_all() {
    if (wants_.empty()) return;
    // Who has stalled comes last, else it takes the best blocks hostage again.
    auto order = peers_;
    std::stable_sort(order.begin(), order.end(), [](block_peer const* a, block_peer const* b) {
        return a->strikes != b->strikes ? a->strikes < b->strikes : a->rate > b->rate;
    });
    for (auto* p : order) pump(*p);
}

// Nothing is left to ask for: take over the blocks that are expected latest from slower peers.
void block_fetcher::steal(block_peer& p) {
    auto const now = clock::now();
    while (static_cast<int>(p.out.size()) < window(p)) {
        double const mine = time_to_block(p, static_cast<int>(p.out.size()) + 1);
        double worst = steal_factor * mine + steal_margin;
        block_peer* owner = nullptr;
        block_id chosen;
        bool head = false;
        for (auto* q : peers_) {
            if (q == &p || q->gone) continue;
            double const silence = seconds(now - std::max(q->last_data, q->busy_since));
            int position = 0;
            for (auto const& id : q->out) {
                ++position;
                double const expected = q->proven ? std::max(time_to_block(*q, position), silence) : silence + unproven_block_seconds * position;
                if (expected <= worst) continue;
                auto const w = wants_.find(id);
                if (w == wants_.end() || w->second.duplicates > 0 || w->second.moves >= max_moves || !may_ask(p, id)) continue;
                worst = expected;
                owner = q;
                chosen = id;
                head = position == 1;
            }
        }
        if (!owner) return;
        auto& w = wants_[chosen];
        if (head && owner->proven && w.copies == 1) {
            // Its head block may be half here: ask twice instead, within the budget.
            if (duplicates_ >= std::max(min_duplicates, asked_total_ * duplicate_percent / 100)) return;
            ++duplicates_;
            ++w.duplicates;
        } else {
            take_back(*owner, chosen, true);
            owner->flush();
            ++w.moves;
        }
        ask(p, chosen);
    }
}

// A block is here: whoever else was asked for it need not send it.
void block_fetcher::cancel_duplicates(block_id id) {
    for (auto* q : peers_) {
        if (!q->asked_for(id)) continue;
        take_back(*q, id, true);
        q->flush();
    }
}

void block_fetcher::check_stalls(clock::time_point now) {
    bool any = false;
    for (auto* p : peers_) {
        if (p->out.empty() || p->gone) continue;
        auto limit = std::chrono::duration<double>(stall_limit).count();
        if (p->rate > least_rate) limit = std::max(limit, stall_blocks * block_size / p->rate);
        if (seconds(now - std::max(p->last_data, p->busy_since)) < limit) continue;
        lt::peer_info info;
        p->connection.get_peer_info(info);
        if (info.total_download > p->seen_payload) {
            // Slow, but data flows: a part of a block has come.
            p->seen_payload = info.total_download;
            p->last_data = now;
            continue;
        }
        take_all_back(*p, true, false);
        p->flush();
        p->proven = false;
        p->rate = 0;
        ++p->strikes;
        any = true;
    }
    if (any) pump_all();
}

void block_fetcher::account(block_peer& p, std::int64_t bytes) {
    auto const now = clock::now();
    p.last_data = now;
    p.proven = true;
    p.strikes = 0;
    p.busy_bytes += bytes;
    p.seen_payload += bytes;
    // Averaged over the busy period: some clients serve in pulses.
    p.rate = double(p.busy_bytes) / std::max(seconds(now - p.busy_since), 0.005);
}

void block_fetcher::update_rates(clock::time_point now) {
    auto const elapsed = seconds(now - last_rates_);
    if (elapsed < 1) return;
    last_rates_ = now;
    int ready = 0, seeds = 0, oversized = 0, fitting = 0;
    for (auto* p : peers_) {
        if (!p->ready || p->gone) continue;
        ++ready;
        if (started_ && p->connection.is_seed()) ++seeds;
        if (p->metadata_size > max_metadata_) ++oversized;
        if (p->metadata_size > 0 && p->metadata_size <= max_metadata_) ++fitting;
    }
    std::lock_guard<std::mutex> lock(counters_mutex_);
    counters_.peers = ready;
    counters_.seeds = seeds;
    counters_.oversized = fitting > 0 ? 0 : std::max(counters_.oversized, oversized);
    counters_.down_rate = static_cast<std::int64_t>(double(counters_.payload - last_payload_) / elapsed);
    counters_.up_rate = static_cast<std::int64_t>(double(uploaded_ - last_uploaded_) / elapsed);
    last_payload_ = counters_.payload;
    last_uploaded_ = uploaded_;
}

}
