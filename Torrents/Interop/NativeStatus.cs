namespace EventTorrent.Torrents.Interop;

/// <summary>et_status_code.</summary>
internal enum NativeStatus
{
    Ok = 0,
    Argument = -1,
    Engine = -2,
    Malformed = -3,
    Limit = -4,
    NoMetadata = -5,
    NotFetched = -6,
    Memory = -7,
    Stalled = -8,
    Cancelled = -9,
    Abi = -10,
    Small = -11,
}
