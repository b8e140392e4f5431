using System.Runtime.InteropServices;

namespace EventTorrent.Torrents.Interop;

/// <summary>et_transfer_options.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NativeTransferOptions
{
    public long DownLimit;
    public long UpLimit;
}
