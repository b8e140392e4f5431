namespace EventTorrent.Media.Hls;

/// <summary>How far a work item is.</summary>
/// <param name="Fraction">0 to 1; null when the length of the source is unknown.</param>
/// <param name="Speed">Seconds of video per second; 0 when ffmpeg does not say.</param>
/// <param name="Remaining">Null when unknown.</param>
/// <param name="OutputBytes">Written so far by this item.</param>
public sealed record HlsProgress(double? Fraction, double Speed, TimeSpan? Remaining, long OutputBytes);
