#include "posix_disk.h"

#include <libtorrent/disk_buffer_holder.hpp>
#include <libtorrent/file_storage.hpp>
#include <libtorrent/posix_disk_io.hpp>
#include <libtorrent/storage_defs.hpp>

namespace et {
namespace {

// All is left to libtorrent's own, but for how a torrent begins: it would make empty files and links at once, under the
// torrent's own names, whether they are wanted or not.
class posix_disk final : public lt::disk_interface {
public:
    explicit posix_disk(std::unique_ptr<lt::disk_interface> inner) : inner_(std::move(inner)) {}

    lt::storage_holder new_torrent(lt::storage_params const& params, std::shared_ptr<void> const& torrent) override {
        auto holder = inner_->new_torrent(params, torrent);
        // Priorities in the parameters are not looked at; these are, as they are there before the files are.
        lt::aux::vector<lt::download_priority_t, lt::file_index_t> nothing(static_cast<std::size_t>(params.files.num_files()), lt::dont_download);
        inner_->async_set_file_priority(holder, std::move(nothing), [](auto const&, auto const&) {});
        return holder;
    }

    void remove_torrent(lt::storage_index_t s) override { inner_->remove_torrent(s); }

    void async_read(lt::storage_index_t s, lt::peer_request const& r, std::function<void(lt::disk_buffer_holder, lt::storage_error const&)> handler,
                    lt::disk_job_flags_t flags) override {
        inner_->async_read(s, r, std::move(handler), flags);
    }

    bool async_write(lt::storage_index_t s, lt::peer_request const& r, char const* buffer, std::shared_ptr<lt::disk_observer> observer,
                     std::function<void(lt::storage_error const&)> handler, lt::disk_job_flags_t flags) override {
        return inner_->async_write(s, r, buffer, std::move(observer), std::move(handler), flags);
    }

    void async_hash(lt::storage_index_t s, lt::piece_index_t piece, lt::span<lt::sha256_hash> v2, lt::disk_job_flags_t flags,
                    std::function<void(lt::piece_index_t, lt::sha1_hash const&, lt::storage_error const&)> handler) override {
        inner_->async_hash(s, piece, v2, flags, std::move(handler));
    }

    void async_hash2(lt::storage_index_t s, lt::piece_index_t piece, int offset, lt::disk_job_flags_t flags,
                     std::function<void(lt::piece_index_t, lt::sha256_hash const&, lt::storage_error const&)> handler) override {
        inner_->async_hash2(s, piece, offset, flags, std::move(handler));
    }

    void async_move_storage(lt::storage_index_t s, std::string path, lt::move_flags_t flags,
                            std::function<void(lt::status_t, std::string const&, lt::storage_error const&)> handler) override {
        inner_->async_move_storage(s, std::move(path), flags, std::move(handler));
    }

    void async_release_files(lt::storage_index_t s, std::function<void()> handler) override { inner_->async_release_files(s, std::move(handler)); }

    void async_check_files(lt::storage_index_t s, lt::add_torrent_params const* resume, lt::aux::vector<std::string, lt::file_index_t> links,
                           std::function<void(lt::status_t, lt::storage_error const&)> handler) override {
        inner_->async_check_files(s, resume, std::move(links), std::move(handler));
    }

    void async_stop_torrent(lt::storage_index_t s, std::function<void()> handler) override { inner_->async_stop_torrent(s, std::move(handler)); }

    void async_rename_file(lt::storage_index_t s, lt::file_index_t file, std::string name,
                           std::function<void(std::string const&, lt::file_index_t, lt::storage_error const&)> handler) override {
        inner_->async_rename_file(s, file, std::move(name), std::move(handler));
    }

    void async_delete_files(lt::storage_index_t s, lt::remove_flags_t flags, std::function<void(lt::storage_error const&)> handler) override {
        inner_->async_delete_files(s, flags, std::move(handler));
    }

    void async_set_file_priority(
        lt::storage_index_t s, lt::aux::vector<lt::download_priority_t, lt::file_index_t> priorities,
        std::function<void(lt::storage_error const&, lt::aux::vector<lt::download_priority_t, lt::file_index_t>)> handler) override {
        inner_->async_set_file_priority(s, std::move(priorities), std::move(handler));
    }

    void async_clear_piece(lt::storage_index_t s, lt::piece_index_t piece, std::function<void(lt::piece_index_t)> handler) override {
        inner_->async_clear_piece(s, piece, std::move(handler));
    }

    void update_stats_counters(lt::counters& counters) const override { inner_->update_stats_counters(counters); }
    std::vector<lt::open_file_state> get_status(lt::storage_index_t s) const override { return inner_->get_status(s); }
    void abort(bool wait) override { inner_->abort(wait); }
    void submit_jobs() override { inner_->submit_jobs(); }
    void settings_updated() override { inner_->settings_updated(); }

private:
    std::unique_ptr<lt::disk_interface> const inner_;
};

}

std::unique_ptr<lt::disk_interface> make_posix_disk(lt::io_context& context, lt::settings_interface const& settings, lt::counters& counters) {
    return std::make_unique<posix_disk>(lt::posix_disk_io_constructor(context, settings, counters));
}

}
