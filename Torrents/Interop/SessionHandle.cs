using System.Runtime.InteropServices;

namespace EventTorrent.Torrents.Interop;

/// <summary>et_session. Released when the last call with it has returned.</summary>
internal sealed class SessionHandle : SafeHandle
{
    public SessionHandle() : base(0, ownsHandle: true) { }

    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle() => NativeMethods.et_session_destroy(handle) == NativeStatus.Ok;
}
