using System.Runtime.InteropServices;

namespace EventTorrent.Torrents.Interop;

/// <summary>et_download_status.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NativeDownloadStatus
{
    public DownloadState State;
    public NativeDownloadError Error;
    public long DoneBytes;
    public long WantedBytes;
    public long PayloadBytes;
    public long WastedBytes;
    public long UploadedBytes;
    public long DownRate;
    public long UpRate;
    public int Peers;
    public int Seeds;
    public int KnownPeers;
    public int MissingHere;
    public double Checked;
    public NativeEvent.MessageBytes Message;
}
