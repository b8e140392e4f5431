namespace EventTorrent.Media.Hls;

/// <summary>What people want to know of one stream of a video file. Null is what the file does not say, or what is beyond belief.</summary>
/// <param name="Kind">video, audio or subtitle.</param>
/// <param name="Codec">As ffmpeg names it.</param>
/// <param name="Width">Pixels as they are stored.</param>
/// <param name="BitDepth">Of each component of a pixel.</param>
/// <param name="DynamicRange">pq (SMPTE ST 2084) or hlg (ARIB STD-B67) of what is brighter than a usual screen; null else.</param>
/// <param name="Language">A tag of RFC 5646.</param>
public sealed record StreamFacts(
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
    string? Language)
{
    private static readonly int[] Depths = [16, 14, 12, 10, 9];

    /// <summary>Those that can be seen, heard or read, in the order of the file.</summary>
    internal static IReadOnlyList<StreamFacts> Of(SourceFacts facts) =>
        [.. facts.Streams.Where(stream => stream is { Kind: not StreamKind.Other, IsPicture: false }).Select(Of)];

    private static StreamFacts Of(SourceStream stream) => new(
        stream.Kind.ToString().ToLowerInvariant(), Known(stream.Codec), Known(stream.Width), Known(stream.Height),
        stream.Kind == StreamKind.Video ? stream.FramesPerSecond : null, BitDepthOf(stream.PixelFormat),
        stream.Transfer switch { "smpte2084" => "pq", "arib-std-b67" => "hlg", _ => null },
        Known(stream.Channels), Known(stream.SampleRate), stream.BitsPerSecond, LanguageTags.Normalize(stream.Language));

    /// <summary>ffmpeg's names of formats with more than 8 bits end with their depth and the order of bytes: yuv420p10le.</summary>
    private static int? BitDepthOf(string pixelFormat)
    {
        if (pixelFormat.Length == 0)
            return null;
        var isDeep = pixelFormat.EndsWith("le", StringComparison.Ordinal) || pixelFormat.EndsWith("be", StringComparison.Ordinal);
        return isDeep ? Depths.FirstOrDefault(depth => pixelFormat[..^2].EndsWith($"{depth}", StringComparison.Ordinal), 8) : 8;
    }

    private static int? Known(int number) => number > 0 ? number : null;

    private static string? Known(string text) => text.Length > 0 ? text : null;
}
