namespace EventTorrent.Media.Hls;

/// <summary>One encoding of the video.</summary>
/// <param name="Name">Begins the names of its files.</param>
/// <param name="Reason">Why it is encoded; <see cref="EncodeReason.None"/> when it is copied.</param>
/// <param name="Width">Pixels of the result; square ones when it is encoded.</param>
/// <param name="FramesPerSecond">On average; null when unknown.</param>
/// <param name="MaxBitsPerSecond">Bound of the encoder over a second or two; 0 when it is copied.</param>
public sealed record VideoRendition(string Name, EncodeReason Reason, int Width, int Height, double? FramesPerSecond, int MaxBitsPerSecond)
{
    public bool IsCopied => Reason == EncodeReason.None;
}
