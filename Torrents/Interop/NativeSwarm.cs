using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace EventTorrent.Torrents.Interop;

/// <summary>The part of the C ABI that tells people of a swarm.</summary>
internal static partial class NativeSwarm
{
    private const string Library = "eventtorrent";
    private const int MaxPeers = 50;
    private const int MaxTrackers = 20;

    /// <summary>One of the two functions that fill the buffers.</summary>
    internal delegate NativeStatus Fill(Span<NativePeer> peers, out int peerCount, Span<NativeTracker> trackers, out int trackerCount);

    [LibraryImport(Library)]
    internal static partial NativeStatus et_swarm_check(int peerSize, int trackerSize);

    [LibraryImport(Library)]
    internal static partial NativeStatus et_swarm(
        SessionHandle session, long torrent, Span<NativePeer> peers, int peerCapacity, out int peerCount, Span<NativeTracker> trackers, int trackerCapacity, out int trackerCount);

    [LibraryImport(Library)]
    internal static partial NativeStatus et_download_swarm(
        DownloadsHandle downloads, long torrent, Span<NativePeer> peers, int peerCapacity, out int peerCount, Span<NativeTracker> trackers, int trackerCapacity, out int trackerCount);

    /// <summary>Refuses a library that was built from another header.</summary>
    public static void CheckAbi() => NativeMethods.Check(et_swarm_check(Unsafe.SizeOf<NativePeer>(), Unsafe.SizeOf<NativeTracker>()));

    public static Swarm Read(Fill fill)
    {
        var peers = new NativePeer[MaxPeers];
        var trackers = new NativeTracker[MaxTrackers];
        NativeMethods.Check(fill(peers, out var peerCount, trackers, out var trackerCount));
        return new Swarm([.. peers.Take(peerCount).Select(peer => Peer(peer))], [.. trackers.Take(trackerCount).Select(tracker => Tracker(tracker))]);
    }

    private static SwarmPeer Peer(NativePeer peer) => new(
        NativeMethods.Text(peer.Client), Math.Clamp(peer.Progress / 1_000_000.0, 0, 1), Math.Max(0, peer.DownRate), Math.Max(0, peer.UpRate), peer.Traits);

    private static SwarmTracker Tracker(NativeTracker tracker) => new(
        ServerOf(NativeMethods.Text(tracker.Url)), tracker.State, Known(tracker.Seeds), Known(tracker.Peers), NativeMethods.Text(tracker.Message));

    private static string ServerOf(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var address) ? address.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped) : "?";

    private static int? Known(int count) => count >= 0 ? count : null;
}
