using System.Text.Json.Serialization;

namespace EventTorrent.Api.Tasks;

/// <summary>One file of a torrent.</summary>
/// <param name="Path">Untrusted text, '/' between its parts.</param>
/// <param name="IsVideo">By its name.</param>
/// <param name="Selected">Worked on; of a task that wants its metadata alone, worked on unless files are asked for.</param>
/// <param name="Container">By content, such as mp4; null until it was looked at.</param>
/// <param name="State">waiting, queued, running, storing, done or failed; null when nothing is to be done with the file.</param>
/// <param name="Progress">0 to 1, or null when unknown.</param>
/// <param name="Map">
/// How much of the file was fetched for its pictures, in at most 256 equal parts of it, a byte each: 0 none of a part, 255 all of it.
/// Null while nothing is known.
/// </param>
/// <param name="Streams">What is in the file; empty until it was looked at to be made a stream of.</param>
internal sealed record FileView(
    int Index,
    string Path,
    long SizeBytes,
    bool IsVideo,
    bool Selected,
    string? Container,
    string? Codec,
    [property: JsonPropertyName("duration_s")] double? DurationSeconds,
    string? State,
    double? Progress,
    byte[]? Map,
    IReadOnlyList<StreamView> Streams);
