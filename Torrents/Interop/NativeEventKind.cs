namespace EventTorrent.Torrents.Interop;

/// <summary>et_event_kind.</summary>
internal enum NativeEventKind
{
    Metadata = 1,
    Fetch = 2,
    Failed = 3,
}
