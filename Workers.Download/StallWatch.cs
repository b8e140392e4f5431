using EventTorrent.Contracts;
using EventTorrent.Torrents;

namespace EventTorrent.Workers.Download;

/// <summary>
/// Whether anything still arrives, and if not, why. While nobody is connected, known peers are dialled again and again; half way
/// to the limit trackers and DHT are asked, and all known peers dialled once more; at the limit
/// the attempt ends by the name of its cause: no peer, no metadata, or no piece and no byte.
/// </summary>
internal sealed class StallWatch(IDownload download, IReadOnlyList<string> peers, DownloadWorkerOptions options, TimeProvider time)
{
    /// <summary>A pause that is no news yet.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(10);

    /// <summary>Time between two calls to everybody while nobody is connected.</summary>
    private static readonly TimeSpan Redial = TimeSpan.FromSeconds(5);

    private long _since = time.GetTimestamp();
    private long? _dialled;
    private (DownloadState State, long Done, long Payload) _last;
    private bool _hasAsked;

    /// <summary>One sentence for a person, or null while something arrives.</summary>
    public string? Cause { get; private set; }

    /// <summary>Nothing was to arrive: the wait begins anew.</summary>
    public void Rest()
    {
        (_since, _hasAsked, Cause) = (time.GetTimestamp(), false, null);
    }

    /// <returns>The end of the attempt, or null.</returns>
    public DownloadOutcome.Failed? Look(DownloadProgress progress)
    {
        var now = (progress.State, progress.DoneBytes, progress.PayloadBytes);
        if (now != _last)
        {
            _last = now;
            Rest();
        }

        if (progress.Peers == 0 && (_dialled is not { } dialled || time.GetElapsedTime(dialled) >= Redial))
        {
            Dial();
        }

        var silence = time.GetElapsedTime(_since);
        var limit = progress.State == DownloadState.Metadata ? options.MetadataTimeout : options.StallTimeout;
        var (kind, cause) = Describe(progress);
        Cause = silence >= Quiet || silence >= limit / 2 ? cause : null;
        if (silence >= limit / 2 && !_hasAsked)
        {
            _hasAsked = true;
            download.Announce();
            Dial();
        }

        return silence >= limit ? new DownloadOutcome.Failed(kind, $"{cause} Waited {limit.TotalSeconds:0} s.") : null;
    }

    private void Dial()
    {
        _dialled = time.GetTimestamp();
        foreach (var peer in peers.Where(MagnetLink.IsPeer))
        {
            download.ConnectPeer(peer);
        }
    }

    private static (FailureKind Kind, string Cause) Describe(DownloadProgress progress) => progress switch
    {
        { Peers: 0, KnownPeers: 0 } => (FailureKind.NoPeers, "No peer is known."),
        { Peers: 0 } => (FailureKind.NoPeers, $"None of {progress.KnownPeers} known peers can be reached."),
        { State: DownloadState.Metadata } => (FailureKind.MetadataTimeout, $"No metadata: none of {progress.Peers} connected peers sends it."),
        { IsMissingHere: true } => (FailureKind.PieceTimeout, $"No piece: none of {progress.Peers} connected peers has what is missing."),
        _ => (FailureKind.PieceTimeout, $"No byte from any of {progress.Peers} connected peers."),
    };
}
