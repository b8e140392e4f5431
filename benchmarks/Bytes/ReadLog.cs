namespace EventTorrent.Benchmarks.Bytes;

/// <summary>What a reader asked for: spans of the file in rounds, each of which depends on those before.</summary>
internal sealed class ReadLog
{
    private readonly List<List<NeededBytes.ByteSpan>> _rounds = [];

    /// <summary>All spans.</summary>
    public IEnumerable<NeededBytes.ByteSpan> Spans => _rounds.SelectMany(round => round);

    public void BeginRound() => _rounds.Add([]);

    /// <summary>Adds to the round that was begun last.</summary>
    public void Add(NeededBytes.ByteSpan span) => _rounds[^1].Add(span);

    /// <summary>Rounds that need a unit (block, piece) which is not there yet; what they need is there from then on.</summary>
    public int CountRounds(long unitBytes, HashSet<long> there) => _rounds.Count(round =>
    {
        var before = there.Count;
        there.UnionWith(NeededBytes.UnitsOf(round, unitBytes));
        return there.Count > before;
    });
}
