namespace EventTorrent.Contracts;

/// <summary>What was asked for.</summary>
[Flags]
public enum Wants
{
    None = 0,
    Screenshots = 1,
    Stream = 2,
}
