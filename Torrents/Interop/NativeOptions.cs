using System.Runtime.InteropServices;

namespace EventTorrent.Torrents.Interop;

/// <summary>et_options.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NativeOptions
{
    public nint ListenInterfaces;
    public nint DhtBootstrap;
    public long MemoryCap;
    public int MaxConnections;
    public int MaxMetadata;
    public int MaxFiles;
    public int MaxPieces;
    public int MaxTrackers;
    public int Dht;
    public int PeerExchange;
    public int LocalDiscovery;
    public int PortMapping;
    public int AllowPrivateNetworks;
    public int ProxyPort;
    public int Reserved;
    public nint ProxyHost;
    public nint ProxyUser;
    public nint ProxyPassword;

    /// <summary>The options in native form; the texts live as long as <paramref name="text"/>.</summary>
    public static NativeOptions Of(TorrentEngineOptions options, NativeText text)
    {
        var proxy = options.ProxyAddress;
        var login = proxy?.UserInfo.Split(':', 2) ?? [];
        return new NativeOptions
        {
            ListenInterfaces = text.Add(options.ListenInterfaces),
            DhtBootstrap = text.Add(options.DhtBootstrap),
            MemoryCap = options.MemoryMiB * 1024L * 1024L,
            MaxConnections = options.MaxConnections,
            MaxMetadata = TorrentLimits.MaxMetadataBytes,
            MaxFiles = TorrentLimits.MaxFiles,
            MaxPieces = TorrentLimits.MaxPieces,
            MaxTrackers = TorrentLimits.MaxTrackers,
            Dht = options.Dht ? 1 : 0,
            PeerExchange = options.PeerExchange ? 1 : 0,
            LocalDiscovery = options.LocalDiscovery ? 1 : 0,
            PortMapping = options.PortMapping ? 1 : 0,
            AllowPrivateNetworks = options.AllowPrivateNetworks ? 1 : 0,
            ProxyHost = text.Add(proxy?.IdnHost ?? ""),
            ProxyPort = proxy?.Port ?? 0,
            ProxyUser = text.Add(Uri.UnescapeDataString(login.ElementAtOrDefault(0) ?? "")),
            ProxyPassword = text.Add(Uri.UnescapeDataString(login.ElementAtOrDefault(1) ?? "")),
        };
    }
}
