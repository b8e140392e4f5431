namespace EventTorrent.Api.Stats;

/// <summary>What deleted tasks have left on one volume, to be used again.</summary>
/// <param name="Count">How many tasks.</param>
/// <param name="Bytes">Of the files that they downloaded or were to; streams take more.</param>
public sealed record KeptCount(string Volume, int Count, long Bytes);
