namespace EventTorrent.Media.Hls;

/// <summary>A few seconds of a rendition.</summary>
/// <param name="Map">File with the header that it needs (RFC 8216 4.3.2.5), or null.</param>
internal sealed record MediaSegment(string Name, double Seconds, long LengthBytes, string? Map = null);
