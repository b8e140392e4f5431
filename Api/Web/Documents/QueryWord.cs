namespace EventTorrent.Api.Web.Documents;

/// <summary>A word of the query that an endpoint reads by hand, for its description.</summary>
internal sealed record QueryWord(string Name, bool Required);
