namespace EventTorrent.Media.Containers;

/// <summary>A keyframe found behind an entry point.</summary>
/// <param name="Keyframe">Its exact place and time.</param>
/// <param name="Index">The part of the file that had to be read to know that (an MP4 fragment's header), if any.</param>
internal sealed record LocatedKeyframe(Keyframe Keyframe, ByteRange? Index = null);
