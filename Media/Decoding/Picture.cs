namespace EventTorrent.Media.Decoding;

/// <summary>A decoded keyframe.</summary>
/// <param name="IsToneMapped">It had a high dynamic range.</param>
/// <param name="Entropy">Normalised entropy of brightness, 0 (plain) to 1; null when ffmpeg did not say.</param>
/// <param name="Contrast">Distance between the 10th and 90th percentile of brightness, 0 to 255; null when ffmpeg did not say.</param>
/// <param name="IsDamaged">ffmpeg had to make up a part of it.</param>
internal sealed record Picture(
    int Width, int Height, ReadOnlyMemory<byte> Jpeg, bool IsToneMapped, double? Entropy, double? Contrast, bool IsDamaged)
{
    /// <summary>Measured: black 0.00, plain with noise 0.20, a good picture 0.70.</summary>
    private const double LeastEntropy = 0.3;

    private const double LeastContrast = 16;

    /// <summary>A picture that shows next to nothing: black, white, a fade.</summary>
    public bool IsNearlyUniform => Entropy < LeastEntropy || Contrast < LeastContrast;
}
