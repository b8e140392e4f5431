namespace EventTorrent.Media;

/// <summary>One picture to take.</summary>
/// <param name="WantedAt">The evenly spaced position that was aimed at.</param>
/// <param name="Keyframes">The chosen keyframe, then its stand-ins, nearest first. Never empty.</param>
public sealed record PlannedShot(TimeSpan WantedAt, IReadOnlyList<Keyframe> Keyframes);
