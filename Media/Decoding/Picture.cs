namespace EventTorrent.Media.Decoding;

/// <summary>A decoded keyframe.</summary>
/// <param name="Treatment">How it was made fit to be looked at; its neighbours need the same.</param>
/// <param name="IsDamaged">ffmpeg reported errors: part of the picture is probably made up.</param>
/// <param name="Entropy">Normalised entropy of brightness, 0 (plain) to 1; null when ffmpeg did not say.</param>
/// <param name="Contrast">Distance between the 10th and 90th percentile of brightness, 0 to 255; null when ffmpeg did not say.</param>
internal sealed record Picture(int Width, int Height, ReadOnlyMemory<byte> Jpeg, PictureTreatment Treatment, bool IsDamaged, double? Entropy, double? Contrast)
{
    /// <summary>Its time in seconds from the start of what ffmpeg read; null when it has none.</summary>
    public double? Seconds { get; init; }

    /// <summary>The place in the file where its packet begins; null when ffmpeg does not say.</summary>
    public long? Position { get; init; }

    /// <summary>Measured: black 0.00, plain with noise 0.20, a good picture 0.70.</summary>
    private const double LeastEntropy = 0.3;

    private const double LeastContrast = 16;

    /// <summary>Whether a neighbour is worth its price.</summary>
    public bool IsGood => !IsDamaged && !IsNearlyUniform;

    /// <summary>Orders pictures that are not good: any that is whole is better than any that is damaged.</summary>
    public double Score => (Entropy ?? 0) + (IsDamaged ? 0 : 1);

    /// <summary>A picture that shows next to nothing: black, white, a fade.</summary>
    private bool IsNearlyUniform => Entropy < LeastEntropy || Contrast < LeastContrast;
}
