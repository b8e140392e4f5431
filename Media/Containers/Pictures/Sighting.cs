namespace EventTorrent.Media.Containers.Pictures;

/// <summary>A picture that was seen on the way to a keyframe.</summary>
/// <param name="Offset">Where it, or what announces it, begins in the file.</param>
/// <param name="Seconds">When it is shown; null when the container does not say it there.</param>
/// <param name="Count">How far it is behind the keyframe before; see <see cref="PictureCounter"/>.</param>
/// <param name="IsKey">It is a keyframe, or one comes at once.</param>
internal readonly record struct Sighting(long Offset, double? Seconds, int Count, bool IsKey);
