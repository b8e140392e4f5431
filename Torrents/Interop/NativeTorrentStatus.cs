using System.Runtime.InteropServices;

namespace EventTorrent.Torrents.Interop;

/// <summary>et_torrent_status.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NativeTorrentStatus
{
    public long MetadataBytes;
    public long PayloadBytes;
    public long WastedBytes;
    public long DownRate;
    public long UpRate;
    public int Peers;
    public int Seeds;
    public int HasMetadata;
    public int OversizedMetadata;
}
