namespace EventTorrent.Media.Hls;

/// <summary>Text to be shown with the video.</summary>
/// <param name="Name">Begins the names of its files.</param>
/// <param name="Stream">Index of the stream in the source; null for a file of its own.</param>
/// <param name="File">Name of the file beside the source; null for a stream.</param>
/// <param name="Language">A tag of RFC 5646, or null.</param>
/// <param name="Title">For people, unique among the subtitles.</param>
public sealed record SubtitleRendition(
    string Name, int? Stream, string? File, string? Language, string Title, bool IsDefault, bool IsForced);
