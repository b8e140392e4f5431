namespace EventTorrent.Api.Tasks;

/// <summary>One stream of a video file. Null is what the file does not say.</summary>
/// <param name="Kind">video, audio or subtitle.</param>
/// <param name="Codec">As ffmpeg names it.</param>
/// <param name="Width">Pixels as they are stored.</param>
/// <param name="BitDepth">Of each component of a pixel.</param>
/// <param name="DynamicRange">pq or hlg of a video that is brighter than a usual screen; null else.</param>
/// <param name="Language">A tag of RFC 5646.</param>
internal sealed record StreamView(
    string Kind,
    string? Codec,
    int? Width,
    int? Height,
    double? FramesPerSecond,
    int? BitDepth,
    string? DynamicRange,
    int? Channels,
    int? SampleRate,
    long? BitsPerSecond,
    string? Language);
