#include "posix_disk.h"

#include "block_pool.h"
#include "stored_torrent.h"

#include <libtorrent/disk_buffer_holder.hpp>
#include <libtorrent/posix_disk_io.hpp>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <condition_variable>
#include <future>
#include <map>
#include <thread>
#include <tuple>
#include <variant>

namespace et {
namespace {

// libtorrent's own posix disk I/O does all in the call, on the network thread. Here one disk thread does it:
// - Jobs are done in the order of the calls, but for writes that follow each other: they are sorted, and written in runs.
// - Handlers are called on the network thread, in the order of the jobs. It does not end while there are jobs.
// - Neither a handler nor anything else of the network thread is called on the disk thread or under a lock.
class posix_disk final : public lt::disk_interface {
public:
    posix_disk(lt::io_context& network, lt::settings_interface const& settings, lt::counters& counters)
        : network_(network), pool_(network), inner_(lt::posix_disk_io_constructor(answers_, settings, counters)), thread_([this] { run(); }) {}

    // What is queued is done first.
    ~posix_disk() override {
        {
            std::lock_guard<std::mutex> lock(mutex_);
            stop_ = true;
        }
        wake_.notify_one();
        thread_.join();
    }

    lt::storage_holder new_torrent(lt::storage_params const& params, std::shared_ptr<void> const& torrent) override {
        lt::storage_index_t const s(next_++);
        auto const renamed = params.mapped_files ? std::make_shared<lt::file_storage>(*params.mapped_files) : nullptr;
        submit([this, s, torrent = torrent, renamed, files = &params.files, path = params.path, mode = params.mode, hash = params.info_hash]() mutable {
            // Priorities in the parameters are not looked at; these are, as they are there before the files are. Without them
            // it would make empty files and links at once, under the torrent's own names, whether they are wanted or not.
            lt::aux::vector<lt::download_priority_t, lt::file_index_t> nothing(static_cast<std::size_t>(files->num_files()), lt::dont_download);
            auto holder = inner_->new_torrent(lt::storage_params(*files, renamed.get(), path, mode, nothing, hash), nullptr);
            inner_->async_set_file_priority(holder, std::move(nothing), [](auto const&, auto const&) {});
            auto own = renamed ? std::make_unique<lt::file_storage>(*renamed) : nullptr;
            torrents_[s] = std::make_unique<stored_torrent>(std::move(holder), std::move(torrent), *files, std::move(own), path);
        });
        return lt::storage_holder(s, *this);
    }

    void remove_torrent(lt::storage_index_t s) override {
        submit([this, s] {
            auto owner = std::move(at(s).owner);
            torrents_.erase(s);
            post(network_, [owner = std::move(owner)] {});
        });
    }

    void async_read(lt::storage_index_t s, lt::peer_request const& r, std::function<void(lt::disk_buffer_holder, lt::storage_error const&)> handler,
                    lt::disk_job_flags_t flags) override {
        submit([this, s, r, flags, handler = std::move(handler)]() mutable {
            inner_->async_read(
                at(s).inner, r, [this, &handler](lt::disk_buffer_holder buffer, lt::storage_error const& e) { answer(std::move(handler), std::move(buffer), e); }, flags);
            finish();
        });
    }

    bool async_write(lt::storage_index_t s, lt::peer_request const& r, char const* buffer, std::shared_ptr<lt::disk_observer> observer,
                     std::function<void(lt::storage_error const&)> handler, lt::disk_job_flags_t) override {
        push(block_write{s, r, pool_.copy(buffer, r.length), std::move(handler)});
        // libtorrent says when it has brought what it has: one waking for many blocks. But it must not wait for a thread that sleeps.
        bool const full = pool_.is_full(observer);
        if (full) wake_.notify_one();
        return full;
    }

    void async_hash(lt::storage_index_t s, lt::piece_index_t piece, lt::span<lt::sha256_hash> v2, lt::disk_job_flags_t flags,
                    std::function<void(lt::piece_index_t, lt::sha1_hash const&, lt::storage_error const&)> handler) override {
        submit([this, s, piece, v2, flags, handler = std::move(handler)]() mutable {
            auto const hash = v2.empty() && (flags & lt::disk_interface::v1_hash) ? at(s).hash(piece) : std::nullopt;
            if (hash) return answer(std::move(handler), piece, *hash, lt::storage_error());
            at(s).forget(piece);
            inner_->async_hash(at(s).inner, piece, v2, flags, [this, &handler](lt::piece_index_t p, lt::sha1_hash const& h, lt::storage_error const& e) {
                answer(std::move(handler), p, h, e);
            });
            finish();
        });
    }

    void async_hash2(lt::storage_index_t s, lt::piece_index_t piece, int offset, lt::disk_job_flags_t flags,
                     std::function<void(lt::piece_index_t, lt::sha256_hash const&, lt::storage_error const&)> handler) override {
        submit([this, s, piece, offset, flags, handler = std::move(handler)]() mutable {
            inner_->async_hash2(at(s).inner, piece, offset, flags, [this, &handler](lt::piece_index_t p, lt::sha256_hash const& h, lt::storage_error const& e) {
                answer(std::move(handler), p, h, e);
            });
            finish();
        });
    }

    void async_move_storage(lt::storage_index_t s, std::string path, lt::move_flags_t flags,
                            std::function<void(lt::status_t, std::string const&, lt::storage_error const&)> handler) override {
        submit([this, s, path = std::move(path), flags, handler = std::move(handler)]() mutable {
            inner_->async_move_storage(at(s).inner, std::move(path), flags,
                                       [this, s, &handler](lt::status_t status, std::string const& now, lt::storage_error const& e) {
                                           at(s).moved(now);
                                           answer(std::move(handler), status, now, e);
                                       });
            finish();
        });
    }

    void async_release_files(lt::storage_index_t s, std::function<void()> handler) override {
        submit([this, s, handler = std::move(handler)]() mutable {
            inner_->async_release_files(at(s).inner, [] {});
            answer(std::move(handler));
            finish();
        });
    }

    void async_check_files(lt::storage_index_t s, lt::add_torrent_params const* resume, lt::aux::vector<std::string, lt::file_index_t> links,
                           std::function<void(lt::status_t, lt::storage_error const&)> handler) override {
        submit([this, s, resume, links = std::move(links), handler = std::move(handler)]() mutable {
            // From here on the disk decides what is there. What it remembers of the files' sizes is older than our writes.
            at(s).forget();
            inner_->async_release_files(at(s).inner, [] {});
            inner_->async_check_files(at(s).inner, resume, std::move(links),
                                      [this, &handler](lt::status_t status, lt::storage_error const& e) { answer(std::move(handler), status, e); });
            finish();
        });
    }

    void async_stop_torrent(lt::storage_index_t s, std::function<void()> handler) override {
        submit([this, s, handler = std::move(handler)]() mutable {
            at(s).forget();
            answer(std::move(handler));
        });
    }

    void async_rename_file(lt::storage_index_t s, lt::file_index_t file, std::string name,
                           std::function<void(std::string const&, lt::file_index_t, lt::storage_error const&)> handler) override {
        submit([this, s, file, name = std::move(name), handler = std::move(handler)]() mutable {
            inner_->async_rename_file(at(s).inner, file, std::move(name), [this, s, &handler](std::string const& now, lt::file_index_t f, lt::storage_error const& e) {
                if (!e) at(s).renamed(f, now);
                answer(std::move(handler), now, f, e);
            });
            finish();
        });
    }

    void async_delete_files(lt::storage_index_t s, lt::remove_flags_t flags, std::function<void(lt::storage_error const&)> handler) override {
        submit([this, s, flags, handler = std::move(handler)]() mutable {
            at(s).forget();
            inner_->async_delete_files(at(s).inner, flags, [this, &handler](lt::storage_error const& e) { answer(std::move(handler), e); });
            finish();
        });
    }

    void async_set_file_priority(
        lt::storage_index_t s, lt::aux::vector<lt::download_priority_t, lt::file_index_t> priorities,
        std::function<void(lt::storage_error const&, lt::aux::vector<lt::download_priority_t, lt::file_index_t>)> handler) override {
        submit([this, s, priorities = std::move(priorities), handler = std::move(handler)]() mutable {
            inner_->async_set_file_priority(at(s).inner, std::move(priorities), [this, s, &handler](lt::storage_error const& e, auto now) {
                at(s).prioritized(now);
                answer(std::move(handler), e, std::move(now));
            });
            finish();
        });
    }

    void async_clear_piece(lt::storage_index_t s, lt::piece_index_t piece, std::function<void(lt::piece_index_t)> handler) override {
        submit([this, s, piece, handler = std::move(handler)]() mutable {
            at(s).forget(piece);
            answer(std::move(handler), piece);
        });
    }

    void abort(bool wait) override {
        if (!wait) return;
        auto const done = std::make_shared<std::promise<void>>();
        submit([done] { done->set_value(); });
        done->get_future().wait();
    }

    void settings_updated() override {
        submit([this] { inner_->settings_updated(); });
    }

    void submit_jobs() override { wake_.notify_one(); }

    // libtorrent's posix disk I/O has nothing to say to these either.
    void update_stats_counters(lt::counters&) const override {}
    std::vector<lt::open_file_state> get_status(lt::storage_index_t) const override { return {}; }

private:
    using job = std::variant<block_write, std::function<void()>>;
    using work_guard = boost::asio::executor_work_guard<lt::io_context::executor_type>;

    void push(job j) {
        std::lock_guard<std::mutex> lock(mutex_);
        if (queue_.empty()) guard_ = std::make_unique<work_guard>(network_.get_executor());
        queue_.push_back(std::move(j));
    }

    void submit(std::function<void()> j) {
        push(std::move(j));
        wake_.notify_one();
    }

    // Everything below runs on the disk thread.

    void run() {
        std::vector<job> jobs;
        for (;;) {
            std::unique_ptr<work_guard> guard;
            {
                std::unique_lock<std::mutex> lock(mutex_);
                wake_.wait(lock, [this] { return stop_ || !queue_.empty(); });
                if (queue_.empty()) return;
                jobs.swap(queue_);
                guard = std::move(guard_);
            }
            work(jobs);
            jobs.clear();
        }
    }

    void work(std::vector<job>& jobs) {
        std::vector<block_write*> writes;
        for (auto& j : jobs) {
            if (auto* block = std::get_if<block_write>(&j)) {
                writes.push_back(block);
                continue;
            }
            write(writes);
            std::get<std::function<void()>>(j)();
        }
        write(writes);
    }

    void write(std::vector<block_write*>& blocks) {
        if (blocks.empty()) return;
        auto const place = [](block_write const* b) { return std::make_tuple(b->storage, b->place.piece, b->place.start); };
        std::stable_sort(blocks.begin(), blocks.end(), [&](auto const* a, auto const* b) { return place(a) < place(b); });
        auto const follows = [](block_write const* a, block_write const* b) {
            return a->storage == b->storage && a->place.piece == b->place.piece && a->place.start + a->place.length == b->place.start;
        };
        for (auto first = blocks.begin(); first != blocks.end();) {
            auto last = first + 1;
            while (last != blocks.end() && follows(*(last - 1), *last)) ++last;
            write_run(&*first, &*first + (last - first));
            for (; first != last; ++first) (*first)->data.reset();
        }
        std::vector<std::pair<std::function<void(lt::storage_error const&)>, lt::storage_error>> written;
        for (auto* b : blocks) written.emplace_back(std::move(b->handler), b->error);
        blocks.clear();
        post(network_, [written = std::move(written)] {
            for (auto const& [handler, error] : written) handler(error);
        });
    }

    void write_run(block_write* const* first, block_write* const* last) {
        auto& t = at((*first)->storage);
        if (t.write(first, last)) return;
        // A run may hold more than one file; a block alone may still be ours.
        for (auto it = first; it != last; ++it) {
            if (last - first > 1 && t.write(it, it + 1)) continue;
            t.written_elsewhere((*it)->place);
            inner_->async_write(t.inner, (*it)->place, (*it)->data.get(), nullptr, [it](lt::storage_error const& e) { (*it)->error = e; }, {});
            finish();
        }
    }

    stored_torrent& at(lt::storage_index_t s) { return *torrents_.at(s); }

    template <class Handler, class... Values>
    void answer(Handler handler, Values... values) {
        if (!handler) return;
        post(network_, [handler = std::move(handler), values = std::make_tuple(std::move(values)...)]() mutable {
            std::apply([&handler](auto&... value) { handler(std::move(value)...); }, values);
        });
    }

    // Calls the handlers of what `inner_` has done.
    void finish() {
        answers_.restart();
        answers_.poll();
    }

    lt::io_context& network_;
    block_pool pool_;
    lt::io_context answers_;
    std::unique_ptr<lt::disk_interface> const inner_;
    std::map<lt::storage_index_t, std::unique_ptr<stored_torrent>> torrents_;
    std::uint32_t next_ = 0; // the network thread's

    std::mutex mutex_; // guards what follows
    std::condition_variable wake_;
    std::vector<job> queue_;
    std::unique_ptr<work_guard> guard_; // while there are jobs the network thread goes on
    bool stop_ = false;
    std::thread thread_; // the last member: it uses the others
};

}

std::unique_ptr<lt::disk_interface> make_posix_disk(lt::io_context& context, lt::settings_interface const& settings, lt::counters& counters) {
    return std::make_unique<posix_disk>(context, settings, counters);
}

}
