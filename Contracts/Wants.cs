namespace EventTorrent.Contracts;

/// <summary>What was asked for.</summary>
[Flags]
public enum Wants
{
    /// <summary>Its metadata alone: what it is called, and which files it has.</summary>
    None = 0,
    Screenshots = 1,
    Stream = 2,
}
