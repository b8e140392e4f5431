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
}
