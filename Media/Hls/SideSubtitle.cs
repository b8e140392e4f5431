namespace EventTorrent.Media.Hls;

/// <summary>A file of subtitles beside the video.</summary>
/// <param name="File">Name of the file in the video's folder, as it is stored.</param>
/// <param name="Language">A tag of RFC 5646, or null.</param>
/// <param name="Title">What its own name says beyond the video's name; may be empty.</param>
public sealed record SideSubtitle(string File, string? Language, string Title, bool IsForced);
