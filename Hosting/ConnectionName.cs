namespace EventTorrent.Hosting;

/// <summary>What the broker's list of connections shows of this process: its kind and its instance.</summary>
public sealed record ConnectionName(string Value);
