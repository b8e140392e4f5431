namespace EventTorrent.Media.Hls;

/// <summary>What the first minutes of a video's packets say.</summary>
/// <param name="Frames">Packets seen.</param>
/// <param name="HasTimes">Every one has a presentation time: what copies it needs that.</param>
/// <param name="LongestGop">Longest time between two keyframes; what comes after the last one counts.</param>
internal sealed record FrameSample(int Frames, bool HasTimes, TimeSpan LongestGop);
