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

    /// <summary>Shows from now on what another shows.</summary>
    internal void Follow(TranscodeView other) => _followed = other;
}
