#include "memory_disk.h"

#include <libtorrent/disk_buffer_holder.hpp>
#include <libtorrent/disk_observer.hpp>
#include <libtorrent/error_code.hpp>

#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>

namespace et {
namespace {

lt::storage_error failed(lt::error_code code, lt::operation_t operation) {
    lt::storage_error e;
    e.ec = code;
    e.operation = operation;
    return e;
}

lt::storage_error missing(lt::operation_t operation) { return failed(boost::asio::error::eof, operation); }

// Handlers must not run inside the call that queues them: libtorrent relies on it.
class memory_disk final : public lt::disk_interface, public lt::buffer_allocator_interface {
public:
    memory_disk(lt::io_context& context, std::shared_ptr<content_registry> registry) : context_(context), registry_(std::move(registry)) {}

    lt::storage_holder new_torrent(lt::storage_params const& params, std::shared_ptr<void> const&) override {
        std::size_t slot = 0;
        while (slot < torrents_.size() && torrents_[slot].store) ++slot;
        if (slot == torrents_.size()) torrents_.emplace_back();
        auto store = registry_->by_path(params.path);
        // A torrent that was removed in this moment gets a store that refuses everything.
        if (!store) store = std::make_shared<content>(std::make_shared<memory_budget>(0));
        if (!store->has_layout()) store->set_layout(params.files);
        torrents_[slot] = {std::move(store), &params.files};
        return lt::storage_holder(lt::storage_index_t(static_cast<std::uint32_t>(slot)), *this);
    }

    void remove_torrent(lt::storage_index_t s) override { at(s) = {}; }

    void async_read(lt::storage_index_t s, lt::peer_request const& r, std::function<void(lt::disk_buffer_holder, lt::storage_error const&)> handler,
                    lt::disk_job_flags_t) override {
        auto const& store = *at(s).store;
        auto const offset = std::int64_t(static_cast<int>(r.piece)) * store.piece_length() + r.start;
        std::unique_ptr<char[]> buffer(new char[static_cast<std::size_t>(std::max(r.length, block_size))]);
        bool verified = false;
        bool const ok = r.start >= 0 && r.length > 0 && offset + r.length <= store.total() && store.read(offset, buffer.get(), r.length, verified, true);
        if (!ok) buffer.reset();
        // The handler is copyable, so the buffer travels in a holder that is.
        auto holder = std::make_shared<lt::disk_buffer_holder>(*this, buffer.release(), r.length);
        post(context_, [handler = std::move(handler), holder, ok] {
            handler(ok ? std::move(*holder) : lt::disk_buffer_holder(), ok ? lt::storage_error() : missing(lt::operation_t::file_read));
        });
    }

    // The fetcher has stored the block before libtorrent sees it. A block that is not there was never promised memory.
    bool async_write(lt::storage_index_t s, lt::peer_request const& r, char const*, std::shared_ptr<lt::disk_observer>,
                     std::function<void(lt::storage_error const&)> handler, lt::disk_job_flags_t) override {
        bool const ok = at(s).store->has({static_cast<int>(r.piece), r.start / block_size});
        post(context_, [handler = std::move(handler), ok] {
            handler(ok ? lt::storage_error() : failed(boost::asio::error::operation_aborted, lt::operation_t::file_write));
        });
        return false;
    }

    void async_hash(lt::storage_index_t s, lt::piece_index_t piece, lt::span<lt::sha256_hash> v2, lt::disk_job_flags_t flags,
                    std::function<void(lt::piece_index_t, lt::sha1_hash const&, lt::storage_error const&)> handler) override {
        lt::sha1_hash v1;
        bool const want_v1 = bool(flags & lt::disk_interface::v1_hash);
        int const size_v2 = v2.empty() ? 0 : at(s).files->piece_size2(piece);
        bool const ok = at(s).store->hash(static_cast<int>(piece), want_v1 ? &v1 : nullptr, v2, size_v2);
        post(context_, [handler = std::move(handler), piece, v1, ok] { handler(piece, v1, ok ? lt::storage_error() : missing(lt::operation_t::file_read)); });
    }

    void async_hash2(lt::storage_index_t s, lt::piece_index_t piece, int offset, lt::disk_job_flags_t,
                     std::function<void(lt::piece_index_t, lt::sha256_hash const&, lt::storage_error const&)> handler) override {
        lt::sha256_hash hash;
        int const length = std::min(block_size, at(s).files->piece_size2(piece) - offset);
        bool const ok = at(s).store->hash_block({static_cast<int>(piece), offset / block_size}, length, hash);
        post(context_, [handler = std::move(handler), piece, hash, ok] { handler(piece, hash, ok ? lt::storage_error() : missing(lt::operation_t::file_read)); });
    }

    // The fetcher has heard of the failed hash already and distrusts the piece.
    void async_clear_piece(lt::storage_index_t, lt::piece_index_t piece, std::function<void(lt::piece_index_t)> handler) override {
        post(context_, [handler = std::move(handler), piece] { handler(piece); });
    }

    void async_check_files(lt::storage_index_t, lt::add_torrent_params const*, lt::aux::vector<std::string, lt::file_index_t>,
                           std::function<void(lt::status_t, lt::storage_error const&)> handler) override {
        post(context_, [handler = std::move(handler)] { handler(lt::status_t::no_error, lt::storage_error()); });
    }

    void async_move_storage(lt::storage_index_t, std::string path, lt::move_flags_t,
                            std::function<void(lt::status_t, std::string const&, lt::storage_error const&)> handler) override {
        post(context_, [handler = std::move(handler), path = std::move(path)] { handler(lt::status_t::no_error, path, lt::storage_error()); });
    }

    void async_rename_file(lt::storage_index_t, lt::file_index_t file, std::string name,
                           std::function<void(std::string const&, lt::file_index_t, lt::storage_error const&)> handler) override {
        post(context_, [handler = std::move(handler), file, name = std::move(name)] { handler(name, file, lt::storage_error()); });
    }

    void async_set_file_priority(
        lt::storage_index_t, lt::aux::vector<lt::download_priority_t, lt::file_index_t> priorities,
        std::function<void(lt::storage_error const&, lt::aux::vector<lt::download_priority_t, lt::file_index_t>)> handler) override {
        post(context_, [handler = std::move(handler), priorities = std::move(priorities)] { handler(lt::storage_error(), priorities); });
    }

    void async_delete_files(lt::storage_index_t, lt::remove_flags_t, std::function<void(lt::storage_error const&)> handler) override {
        post(context_, [handler = std::move(handler)] { handler(lt::storage_error()); });
    }

    void async_release_files(lt::storage_index_t, std::function<void()> handler) override {
        if (handler) post(context_, std::move(handler));
    }

    void async_stop_torrent(lt::storage_index_t, std::function<void()> handler) override {
        if (handler) post(context_, std::move(handler));
    }

    void free_disk_buffer(char* buffer) override { delete[] buffer; }
    void update_stats_counters(lt::counters&) const override {}
    std::vector<lt::open_file_state> get_status(lt::storage_index_t) const override { return {}; }
    void abort(bool) override {}
    void submit_jobs() override {}
    void settings_updated() override {}

private:
    struct entry {
        std::shared_ptr<content> store;
        lt::file_storage const* files = nullptr; // lives as long as the storage: libtorrent holds both
    };

    entry& at(lt::storage_index_t s) { return torrents_[static_cast<std::size_t>(static_cast<std::uint32_t>(s))]; }

    lt::io_context& context_;
    std::shared_ptr<content_registry> const registry_;
    std::vector<entry> torrents_;
};

}

std::unique_ptr<lt::disk_interface> make_memory_disk(lt::io_context& context, std::shared_ptr<content_registry> registry) {
    return std::make_unique<memory_disk>(context, std::move(registry));
}

}
