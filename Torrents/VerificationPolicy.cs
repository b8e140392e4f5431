namespace EventTorrent.Torrents;

/// <summary>How far fetched bytes must be proven before they are used. v1 hashes cover whole pieces only (BEP 3).</summary>
public enum VerificationPolicy
{
    /// <summary>Single 16 KiB blocks, unverified until their piece happens to be complete.</summary>
    Blocks,

    /// <summary>Each block from two addresses, compared.</summary>
    TwoPeers,

    /// <summary>Whole pieces, hash-checked.</summary>
    Pieces,
}
