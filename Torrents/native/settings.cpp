// The settings of libtorrent that differ from its defaults, each for a reason.
#include "session.h"

#include <libtorrent/fingerprint.hpp>
#include <libtorrent/settings_pack.hpp>

namespace et {

lt::settings_pack make_settings(et_options const& options) {
    using sp = lt::settings_pack;
    sp s;
    s.set_int(sp::alert_mask, lt::alert_category::error);

    s.set_str(sp::user_agent, "EventTorrent/0.1");
    s.set_str(sp::handshake_client_version, "EventTorrent/0.1");
    s.set_str(sp::peer_fingerprint, "-ET0100-");

    s.set_str(sp::listen_interfaces, options.listen_interfaces);
    s.set_int(sp::connections_limit, options.max_connections);
    s.set_bool(sp::enable_lsd, options.local_discovery != 0);
    s.set_bool(sp::enable_upnp, options.port_mapping != 0);
    s.set_bool(sp::enable_natpmp, options.port_mapping != 0);

    // With its default, a torrent that wants nothing for a moment drops its seeds for a minute.
    s.set_bool(sp::close_redundant_connections, false);
    // A peer is dialled at the next tick: 100 ms instead of 500.
    s.set_int(sp::tick_interval, 100);
    // Requests on the wire are ours (block_fetcher). What libtorrent believes to have asked for is kept to its minimum.
    s.set_int(sp::max_out_request_queue, 2);
    s.set_int(sp::whole_pieces_threshold, 0);

    // Many peers at once, and the dead ones forgotten soon: a screenshot is a matter of seconds.
    s.set_int(sp::connection_speed, 100);
    s.set_int(sp::torrent_connect_boost, 60);
    s.set_bool(sp::smooth_connects, false);
    // libtorrent would try uTP first and wait seconds for its silence; TCP is answered or refused at once.
    s.set_bool(sp::enable_outgoing_utp, false);
    s.set_int(sp::peer_connect_timeout, 7);
    s.set_int(sp::min_reconnect_time, 10);
    s.set_int(sp::mixed_mode_algorithm, sp::prefer_tcp);
    s.set_bool(sp::announce_to_all_trackers, true);
    s.set_bool(sp::announce_to_all_tiers, true);
    s.set_int(sp::stop_tracker_timeout, 1);
    s.set_int(sp::tracker_completion_timeout, 20);
    s.set_int(sp::tracker_receive_timeout, 10);

    // All torrents of the session are active; none waits in a queue.
    s.set_int(sp::active_downloads, -1);
    s.set_int(sp::active_limit, -1);
    s.set_int(sp::active_dht_limit, -1);
    s.set_int(sp::active_tracker_limit, -1);

    s.set_int(sp::max_metadata_size, options.max_metadata);
    s.set_int(sp::max_piece_count, options.max_pieces);

    if (options.proxy_host && *options.proxy_host) {
        bool const login = options.proxy_user && *options.proxy_user;
        s.set_int(sp::proxy_type, login ? sp::socks5_pw : sp::socks5);
        s.set_str(sp::proxy_hostname, options.proxy_host);
        s.set_int(sp::proxy_port, options.proxy_port);
        s.set_str(sp::proxy_username, login ? options.proxy_user : "");
        s.set_str(sp::proxy_password, login && options.proxy_password ? options.proxy_password : "");
        s.set_bool(sp::proxy_hostnames, true);
        s.set_bool(sp::proxy_peer_connections, true);
        s.set_bool(sp::proxy_tracker_connections, true);
    }

    bool const local = options.allow_private_networks != 0;
    s.set_bool(sp::ssrf_mitigation, true);
    s.set_bool(sp::apply_ip_filter_to_trackers, true);
    s.set_bool(sp::allow_idna, false);
    // Tests and local swarms have many peers on one address.
    s.set_bool(sp::allow_multiple_connections_per_ip, local);

    s.set_bool(sp::enable_dht, options.dht != 0);
    s.set_str(sp::dht_bootstrap_nodes, options.dht_bootstrap);
    // The rules that keep one machine from being the whole DHT must not hold where one machine is the whole DHT.
    s.set_bool(sp::dht_restrict_routing_ips, !local);
    s.set_bool(sp::dht_restrict_search_ips, !local);
    s.set_bool(sp::dht_prefer_verified_node_ids, !local);
    s.set_bool(sp::dht_ignore_dark_internet, !local);
    return s;
}

}
