namespace EventTorrent.Torrents;

/// <summary>What is to be said of a connection.</summary>
[Flags]
public enum PeerTraits
{
    None = 0,

    /// <summary>It has everything.</summary>
    Seed = 1,

    /// <summary>It dialled us.</summary>
    Incoming = 2,

    Encrypted = 4,

    /// <summary>Over UDP (BEP 29).</summary>
    Utp = 8,

    /// <summary>It sends us nothing now.</summary>
    Choking = 16,

    /// <summary>It owes us blocks for long.</summary>
    Slow = 32,
}
