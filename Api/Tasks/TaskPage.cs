namespace EventTorrent.Api.Tasks;

/// <summary>Part of a list.</summary>
/// <param name="NextCursor">Send it back as <c>cursor</c> for what follows; null at the end.</param>
internal sealed record TaskPage(IReadOnlyList<TaskSummary> Tasks, string? NextCursor);
