using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace EventTorrent.Torrents.Interop;

/// <summary>et_event.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NativeEvent
{
    public NativeEventKind Kind;
    public NativeStatus Status;
    public long Torrent;
    public long Fetch;
    public long Payload;
    public int Verified;
    public int Reserved;
    public MessageBytes Message;

    [InlineArray(240)]
    internal struct MessageBytes
    {
        private byte _first;
    }
}
