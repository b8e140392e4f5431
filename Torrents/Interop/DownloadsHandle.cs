using System.Runtime.InteropServices;

namespace EventTorrent.Torrents.Interop;

/// <summary>et_downloads. Released when the last call with it has returned.</summary>
internal sealed class DownloadsHandle : SafeHandle
{
    public DownloadsHandle() : base(0, ownsHandle: true) { }

    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle() => NativeDownloads.et_downloads_destroy(handle) == NativeStatus.Ok;
}
