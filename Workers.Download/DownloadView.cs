using EventTorrent.Torrents;

namespace EventTorrent.Workers.Download;

/// <summary>The last look at a download under one lease, for whoever reports it.</summary>
public sealed class DownloadView
{
    private static readonly DownloadProgress Nothing = new(DownloadState.Metadata, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, false, 0);

    private readonly Lock _lock = new();
    private (DownloadProgress Progress, IReadOnlyList<string> Peers, string? Stall, DownloadDetail Detail) _last = (Nothing, [], null, new(null, null));
    private (long Payload, long Wasted)? _before;

    public (DownloadProgress Progress, IReadOnlyList<string> Peers, string? Stall, DownloadDetail Detail) Last
    {
        get
        {
            lock (_lock)
            {
                return _last;
            }
        }
    }

    /// <summary>Payload under this lease: the transfer may be older.</summary>
    public long PayloadBytes
    {
        get
        {
            lock (_lock)
            {
                return _last.Progress.PayloadBytes - (_before?.Payload ?? 0);
            }
        }
    }

    /// <summary>The part of <see cref="PayloadBytes"/> that came twice or failed its hash.</summary>
    public long WastedBytes
    {
        get
        {
            lock (_lock)
            {
                return _last.Progress.WastedBytes - (_before?.Wasted ?? 0);
            }
        }
    }

    public void Look(DownloadProgress progress, IReadOnlyList<string> peers, string? stall, DownloadDetail detail)
    {
        lock (_lock)
        {
            _before ??= (progress.PayloadBytes, progress.WastedBytes);
            _last = (progress, peers.Count > 0 ? peers : _last.Peers, stall, detail);
        }
    }
}
