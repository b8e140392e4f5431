using System.Text.Json.Serialization;

namespace EventTorrent.Api.Playback;

/// <summary>One video that can be watched.</summary>
/// <param name="File">Its index in the torrent, as a node is asked for it.</param>
/// <param name="Path">Untrusted text, '/' between its parts.</param>
/// <param name="Directory">On the volume, below the directory of the task.</param>
/// <param name="Playlist">What is asked for first.</param>
internal sealed record StreamView(
    int File, string Path, string Directory, string Playlist, [property: JsonPropertyName("duration_s")] double? DurationSeconds);
