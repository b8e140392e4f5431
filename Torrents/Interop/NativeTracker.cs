using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace EventTorrent.Torrents.Interop;

/// <summary>et_tracker.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NativeTracker
{
    public TrackerState State;
    public int Seeds;
    public int Peers;
    public int Reserved;
    public UrlBytes Url;
    public WordBytes Message;

    [InlineArray(256)]
    internal struct UrlBytes
    {
        private byte _first;
    }

    [InlineArray(160)]
    internal struct WordBytes
    {
        private byte _first;
    }
}
