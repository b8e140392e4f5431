using EventTorrent.Media.Decoding;

namespace EventTorrent.Media;

/// <summary>A picture and where it is in the video.</summary>
internal sealed record TakenPicture(TimeSpan Time, Picture Picture);
