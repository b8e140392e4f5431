using System.ComponentModel.DataAnnotations;

namespace EventTorrent.Torrents;

/// <summary>How the BitTorrent session behaves. Section <c>Torrents</c>.</summary>
public sealed class TorrentEngineOptions
{
    public const string Section = "Torrents";

    /// <summary>Interfaces and ports to listen on, as "ip:port" separated by commas; port 0 lets the system choose.</summary>
    [Required]
    public string ListenInterfaces { get; set; } = "0.0.0.0:0,[::]:0";

    /// <summary>Take part in the distributed hash table (BEP 5): without it a bare infohash finds no peers.</summary>
    public bool Dht { get; set; } = true;

    /// <summary>"host:port" separated by commas: where the DHT is entered.</summary>
    public string DhtBootstrap { get; set; } = "dht.libtorrent.org:25401,router.bittorrent.com:6881,router.utorrent.com:6881,dht.transmissionbt.com:6881";

    /// <summary>Learn peers from peers (BEP 11).</summary>
    public bool PeerExchange { get; set; } = true;

    /// <summary>Look for peers in the local network (BEP 14).</summary>
    public bool LocalDiscovery { get; set; }

    /// <summary>Ask the router to open the listen port (UPnP, NAT-PMP).</summary>
    public bool PortMapping { get; set; }

    /// <summary>Let trackers, web seeds and peers have private, loopback and link-local addresses.</summary>
    public bool AllowPrivateNetworks { get; set; }

    /// <summary>Memory for fetched pieces of all torrents of the session, in MiB.</summary>
    [Range(16, 65536)]
    public int MemoryMiB { get; set; } = 512;

    /// <summary>Connections of the whole session.</summary>
    [Range(2, 100_000)]
    public int MaxConnections { get; set; } = 400;

    /// <summary>SOCKS5 proxy for peers and trackers, as socks5://host:port or socks5://user:password@host:port; empty for none.</summary>
    public string Proxy { get; set; } = "";

    internal Uri? ProxyAddress => ParseProxy(Proxy);

    /// <summary>Whether <see cref="Proxy"/> is empty or an address.</summary>
    internal bool IsProxyValid => Proxy.Length == 0 || ProxyAddress is not null;

    private static Uri? ParseProxy(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var proxy) && proxy is { Scheme: "socks5", Host.Length: > 0, Port: > 0, PathAndQuery: "/" or "" } ? proxy : null;
}
