namespace EventTorrent.Demo;

/// <summary>The frame of a video that is most like a picture.</summary>
/// <param name="Time">Of the frame, in seconds.</param>
/// <param name="Difference">Mean over all samples of 8 bits.</param>
/// <param name="OthersDifference">The same of the most alike among the frames that are more than a second away from it.</param>
internal sealed record FrameMatch(double Time, double Difference, double OthersDifference);
