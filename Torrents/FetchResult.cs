namespace EventTorrent.Torrents;

/// <param name="PayloadBytes">Payload received for this call, duplicates included.</param>
/// <param name="Verified">Every byte of the ranges is hash-checked.</param>
public sealed record FetchResult(long PayloadBytes, bool Verified);
