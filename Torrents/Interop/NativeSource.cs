using System.Runtime.InteropServices;

namespace EventTorrent.Torrents.Interop;

/// <summary>et_source.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NativeSource
{
    public NativeSourceKind Kind;
    public int Reserved;
    public nint Bytes;
    public long Length;
    public nint Trackers;
    public nint Peers;
}
