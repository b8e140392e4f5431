namespace EventTorrent.Benchmarks.Download;

/// <summary>How one download went, from the moment at which the client got the torrent.</summary>
internal sealed record Run(TimeSpan FirstByte, TimeSpan Complete, Cost Cost)
{
    public long Bytes { get; init; }

    public double ProcessorSeconds => Cost.ProcessorSeconds;

    public long PeakBytes => Cost.PeakBytes;

    public long AnonymousBytes => Cost.AnonymousBytes;

    public double MegabytesPerSecond => Bytes / 1e6 / Complete.TotalSeconds;

    public double MegabytesPerSecondOfTransfer => Bytes / 1e6 / (Complete - FirstByte).TotalSeconds;
}
