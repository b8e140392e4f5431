namespace EventTorrent.Torrents;

/// <summary>Limits of all downloads of a session together.</summary>
/// <param name="DownBytesPerSecond">0 for none.</param>
/// <param name="UpBytesPerSecond">0 for none.</param>
public sealed record TransferOptions(long DownBytesPerSecond, long UpBytesPerSecond);
