using System.Text.Json.Serialization;

namespace EventTorrent.Api.Tasks;

/// <summary>How the transcoding of a video, or of a part of one, stands.</summary>
/// <param name="Part">From 0; null for the item of the whole video, which plans it and puts it together.</param>
/// <param name="Parts">How many there are; null while the video was not cut.</param>
/// <param name="State">waiting, queued, running, storing, done or failed.</param>
/// <param name="Worker">Who has it or had it last.</param>
/// <param name="Lease">Rises by one each time that it is handed out: when a worker was lost, and for the whole video when its parts are done.</param>
/// <param name="Progress">0 to 1, or null when unknown.</param>
/// <param name="Speed">Seconds of video per second, or null when unknown.</param>
/// <param name="RemainingSeconds">To its end at the present speed, or null when unknown.</param>
internal sealed record TranscodeView(
    int? File,
    int? Part,
    int? Parts,
    string State,
    string? Worker,
    int Lease,
    double? Progress,
    double? Speed,
    [property: JsonPropertyName("remaining_s")] double? RemainingSeconds);
