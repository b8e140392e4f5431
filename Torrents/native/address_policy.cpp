#include "address_policy.h"

#include <libtorrent/error_code.hpp>

#include <algorithm>
#include <cstdlib>

namespace et {
namespace {

constexpr std::size_t max_tracker_length = 2048;

// First and last address. IPv6 ranges that carry an IPv4 address inside are closed whole: nothing tells what is behind.
constexpr char const* reserved[][2] = {
    {"0.0.0.0", "0.255.255.255"},       // this network
    {"10.0.0.0", "10.255.255.255"},     // private
    {"100.64.0.0", "100.127.255.255"},  // carrier-grade NAT
    {"127.0.0.0", "127.255.255.255"},   // loopback
    {"169.254.0.0", "169.254.255.255"}, // link-local, cloud metadata
    {"172.16.0.0", "172.31.255.255"},   // private
    {"192.0.0.0", "192.0.0.255"},       // protocol assignments
    {"192.0.2.0", "192.0.2.255"},       // documentation
    {"192.88.99.0", "192.88.99.255"},   // 6to4 relays
    {"192.168.0.0", "192.168.255.255"}, // private
    {"198.18.0.0", "198.19.255.255"},   // benchmarking
    {"198.51.100.0", "198.51.100.255"}, // documentation
    {"203.0.113.0", "203.0.113.255"},   // documentation
    {"224.0.0.0", "255.255.255.255"},   // multicast, reserved, broadcast
    {"::", "::ffff:ffff:ffff"},         // unspecified, loopback, v4-compatible, v4-mapped
    {"64:ff9b::", "64:ff9b:1:ffff:ffff:ffff:ffff:ffff"}, // NAT64
    {"100::", "100::ffff:ffff:ffff:ffff"},               // discard
    {"2001::", "2001:0:ffff:ffff:ffff:ffff:ffff:ffff"},  // Teredo
    {"2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff"}, // documentation
    {"2002::", "2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff"},    // 6to4
    {"fc00::", "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"},    // unique local
    {"fe80::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"},    // link-local, site-local, multicast
};

bool starts_with(std::string const& text, char const* prefix) { return text.rfind(prefix, 0) == 0; }

}

lt::ip_filter public_internet_only() {
    lt::ip_filter filter;
    for (auto const& range : reserved) filter.add_rule(lt::make_address(range[0]), lt::make_address(range[1]), lt::ip_filter::blocked);
    return filter;
}

bool parse_endpoint(std::string const& text, lt::tcp::endpoint& out) {
    auto const colon = text.rfind(':');
    if (colon == std::string::npos || colon + 1 == text.size() || text.size() > 64) return false;
    auto host = text.substr(0, colon);
    auto const digits = text.substr(colon + 1);
    if (digits.size() > 5 || !std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; })) return false;
    int const port = std::atoi(digits.c_str());
    if (port < 1 || port > 65535) return false;
    bool const bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
    if (bracketed) host = host.substr(1, host.size() - 2);
    lt::error_code ec;
    auto address = lt::make_address(host, ec);
    if (ec || address.is_v6() != bracketed) return false;
    if (address.is_v6() && address.to_v6().is_v4_mapped()) address = lt::make_address_v4(boost::asio::ip::v4_mapped, address.to_v6());
    out = lt::tcp::endpoint(address, static_cast<std::uint16_t>(port));
    return true;
}

std::string format_endpoint(lt::tcp::endpoint const& endpoint) {
    auto const host = endpoint.address().to_string();
    return (endpoint.address().is_v6() ? "[" + host + "]" : host) + ":" + std::to_string(endpoint.port());
}

std::string identity_of(lt::address const& address) {
    if (address.is_v4()) return address.to_string();
    auto const v6 = address.to_v6();
    if (v6.is_v4_mapped()) return lt::make_address_v4(boost::asio::ip::v4_mapped, v6).to_string();
    auto const bytes = v6.to_bytes();
    return std::string(bytes.begin(), bytes.begin() + 8);
}

std::vector<std::string> usable_trackers(std::vector<std::string> const& urls, int limit) {
    std::vector<std::string> out;
    for (auto const& url : urls) {
        if (static_cast<int>(out.size()) >= limit) break;
        bool const known = starts_with(url, "http://") || starts_with(url, "https://") || starts_with(url, "udp://");
        bool const clean = std::all_of(url.begin(), url.end(), [](char c) { return static_cast<unsigned char>(c) > 0x20 && c != 0x7F; });
        if (known && clean && url.size() <= max_tracker_length && std::find(out.begin(), out.end(), url) == out.end()) out.push_back(url);
    }
    return out;
}

std::vector<std::string> split_lines(char const* text) {
    std::vector<std::string> lines;
    std::string line;
    for (; *text; ++text) {
        if (*text != '\n') {
            line += *text;
        } else if (!line.empty()) {
            lines.push_back(std::move(line));
            line.clear();
        }
    }
    if (!line.empty()) lines.push_back(std::move(line));
    return lines;
}

}
