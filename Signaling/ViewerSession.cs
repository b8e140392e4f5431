namespace EventTorrent.Signaling;

/// <summary>One attempt of a viewer that is connected here to reach a node.</summary>
/// <param name="Node">Where its node was when the offer came.</param>
internal sealed record ViewerSession(string Id, string ConnectionId, KnownNode Node)
{
    /// <summary>Candidates, and what a node says once beside them.</summary>
    private const int MaxSignals = Shape.MaxCandidates + 8;

    private int _fromViewer;
    private int _fromNode;

    public bool TryCountFromViewer() => Interlocked.Increment(ref _fromViewer) <= MaxSignals;

    public bool TryCountFromNode() => Interlocked.Increment(ref _fromNode) <= MaxSignals;
}
