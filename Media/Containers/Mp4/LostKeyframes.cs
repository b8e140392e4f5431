namespace EventTorrent.Media.Containers.Mp4;

/// <summary>Keyframes that the index names and that can't be used, by reason.</summary>
/// <param name="Outside">They do not lie inside the file.</param>
/// <param name="TooBig">Bigger than <see cref="Keyframe.MaxBytes"/>.</param>
/// <param name="Hidden">No edit shows them.</param>
internal record struct LostKeyframes(int Outside, int TooBig, int Hidden);
