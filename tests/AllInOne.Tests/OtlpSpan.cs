namespace EventTorrent.AllInOne.Tests;

/// <summary>A span as a collector gets it; ids in hex digits.</summary>
/// <param name="Parent">"" for none.</param>
/// <param name="Links">Span ids.</param>
internal sealed record OtlpSpan(string Trace, string Id, string Parent, string Name, IReadOnlyList<string> Links);
