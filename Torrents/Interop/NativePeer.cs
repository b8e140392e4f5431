using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace EventTorrent.Torrents.Interop;

/// <summary>et_peer.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NativePeer
{
    public long DownRate;
    public long UpRate;
    public int Progress;
    public PeerTraits Traits;
    public ClientBytes Client;

    [InlineArray(64)]
    internal struct ClientBytes
    {
        private byte _first;
    }
}
