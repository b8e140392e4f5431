namespace EventTorrent.Contracts;

/// <summary>How far bytes must be proven before a picture is made of them.</summary>
public enum Verification
{
    /// <summary>16 KiB blocks first; if parsing or decoding fails, the same ranges again as hash-checked pieces.</summary>
    Blocks,

    /// <summary>Each block from two addresses, compared.</summary>
    TwoPeers,

    /// <summary>Hash-checked pieces only.</summary>
    Pieces,
}
