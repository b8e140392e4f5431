namespace EventTorrent.Media.Hls;

/// <summary>One attempt at one item.</summary>
/// <param name="Source">Absolute path of the video.</param>
/// <param name="Output">Absolute path of an empty directory.</param>
internal sealed record HlsWork(HlsPlan Plan, string Source, string Output, Action<HlsProgress> Report);
