namespace EventTorrent.TestKit;

/// <summary>How a <see cref="ScriptedPeer"/> behaves. The default is a sound, fast seed.</summary>
public sealed record PeerBehaviour
{
    /// <summary>Inverts every byte of every block it sends.</summary>
    public bool FlipsBytes { get; init; }

    /// <summary>Sends so many blocks in all, then none: it takes requests and keeps its connections open.</summary>
    public int? StallsAfterBlocks { get; init; }

    /// <summary>Sends so many blocks in all, then closes its connections and takes no others.</summary>
    public int? DropsAfterBlocks { get; init; }

    /// <summary>Leaves everybody choked.</summary>
    public bool NeverUnchokes { get; init; }

    /// <summary>Answers every REQUEST with REJECT (BEP 6), though it unchokes.</summary>
    public bool RejectsAll { get; init; }

    /// <summary>Upload limit of all its connections together.</summary>
    public int? BytesPerSecond { get; init; }

    /// <summary>The pieces it has; null for all.</summary>
    public Func<int, bool>? Has { get; init; }

    /// <summary>Offers no ut_metadata (BEP 9).</summary>
    public bool NoMetadata { get; init; }

    /// <summary>Sends metadata of the right size whose bytes are inverted.</summary>
    public bool BadMetadata { get; init; }

    /// <summary>Claims this metadata_size; sends zeros for what it does not have.</summary>
    public long? ClaimedMetadataBytes { get; init; }

    /// <summary>Speaks the fast extension (BEP 6).</summary>
    public bool FastExtension { get; init; } = true;

    /// <summary>What it calls itself (BEP 10).</summary>
    public string Client { get; init; } = "ScriptedPeer";

    /// <summary>How many requests it says it keeps queued (reqq, BEP 10).</summary>
    public int RequestQueue { get; init; } = 500;
}
