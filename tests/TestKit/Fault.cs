namespace EventTorrent.TestKit;

/// <summary>What a connection through a <see cref="FaultProxy"/> suffers; by default nothing.</summary>
public sealed record Fault
{
    /// <summary>
    /// Half open: what either side sends, its end too, is taken and never arrives, and nobody is told. What was swallowed
    /// stays lost when this ends.
    /// </summary>
    public bool Swallows { get; init; }

    /// <summary>How much later everything arrives, each way.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>Limit of each way; null for none.</summary>
    public int? BytesPerSecond { get; init; }
}
