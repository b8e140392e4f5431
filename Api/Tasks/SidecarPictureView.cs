using System.Text.Json.Serialization;

namespace EventTorrent.Api.Tasks;

/// <summary>One picture in a <see cref="SidecarView"/>.</summary>
/// <param name="File">Index of the file in the torrent.</param>
/// <param name="Path">The file as the torrent names it: untrusted text.</param>
/// <param name="TimeSeconds">The evenly spaced position that was aimed at.</param>
/// <param name="KeyframeTimeSeconds">Presentation time of the picture.</param>
/// <param name="Verified">Made of hash-checked bytes only.</param>
/// <param name="Sha256">Of the JPEG, in lower-case hex digits.</param>
internal sealed record SidecarPictureView(
    int File,
    string? Path,
    int Index,
    [property: JsonPropertyName("time_s")] double TimeSeconds,
    [property: JsonPropertyName("keyframe_time_s")] double KeyframeTimeSeconds,
    int Width,
    int Height,
    bool Verified,
    int SizeBytes,
    [property: JsonPropertyName("sha256")] string Sha256,
    string Url);
