namespace EventTorrent.Api.Web.Documents;

/// <summary>Why an endpoint may refuse with a status, for its description: the last part of each problem's type.</summary>
internal sealed record ProblemTypes(int Status, IReadOnlyList<string> Types);
