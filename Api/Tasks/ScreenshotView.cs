using System.Text.Json.Serialization;

namespace EventTorrent.Api.Tasks;

/// <summary>One stored picture.</summary>
/// <param name="File">Index of the file in the torrent.</param>
/// <param name="Index">Position among the pictures of the file, in the order of time.</param>
/// <param name="TimeSeconds">The evenly spaced position that was aimed at.</param>
/// <param name="KeyframeTimeSeconds">Presentation time of the picture.</param>
/// <param name="Verified">Made of hash-checked bytes only.</param>
/// <param name="Url">Where the JPEG is; another one when the picture is replaced.</param>
internal sealed record ScreenshotView(
    int File,
    int Index,
    [property: JsonPropertyName("time_s")] double TimeSeconds,
    [property: JsonPropertyName("keyframe_time_s")] double KeyframeTimeSeconds,
    int Width,
    int Height,
    bool Verified,
    int SizeBytes,
    string Url);
