using EventTorrent.Media.Hls;

namespace EventTorrent.Workers.Transcode;

/// <summary>How a job stands, to be looked at while it runs.</summary>
public sealed class TranscodeView
{
    private volatile HlsProgress? _last;
    private volatile TranscodeView? _followed;

    public HlsProgress? Last
    {
        get => _followed is { } followed ? followed.Last : _last;
        set => _last = value;
    }

    /// <summary>Of the video, by content; null before it is known.</summary>
    public string? Container { get; set; }

    /// <summary>What is in the video; null when this job did not look.</summary>
    public IReadOnlyList<StreamFacts>? Streams { get; set; }

    /// <summary>Shows from now on what another shows.</summary>
    internal void Follow(TranscodeView other) => _followed = other;
}
