// Which addresses and trackers the engine may talk to, and when two peers count as one.
#pragma once
#include <libtorrent/address.hpp>
#include <libtorrent/ip_filter.hpp>
#include <libtorrent/socket.hpp>

#include <string>
#include <vector>

namespace et {

// Blocks every address that is not of the public internet (RFC 6890): it covers peers from any source, incoming connections,
// and what tracker names resolve to, redirects included.
lt::ip_filter public_internet_only();

// "ip:port" or "[ip6]:port"; numbers only, so that a peer list can't make us look up names.
bool parse_endpoint(std::string const& text, lt::tcp::endpoint& out);
std::string format_endpoint(lt::tcp::endpoint const& endpoint);

// Who a peer is when two copies of a block must come from different ones: the address without the port,
// for IPv6 its /64, because one machine has all addresses of it.
std::string identity_of(lt::address const& address);

// http, https and udp URLs of sane length without control characters; at most `limit` of them, doubles removed.
std::vector<std::string> usable_trackers(std::vector<std::string> const& urls, int limit);

std::vector<std::string> split_lines(char const* text);

}
