namespace EventTorrent.Demo;

/// <summary>What a master playlist offers.</summary>
/// <param name="Kind">video, audio or subtitles.</param>
/// <param name="Uri">Its own playlist, beside the master.</param>
/// <param name="Description">For a person.</param>
internal sealed record Rendition(string Kind, string Uri, string Description);
