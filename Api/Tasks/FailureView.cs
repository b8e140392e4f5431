namespace EventTorrent.Api.Tasks;

/// <summary>Why a task, or its last attempt, did not end well.</summary>
/// <param name="Kind">A stable name, such as MetadataTimeout.</param>
/// <param name="Message">One sentence for a person.</param>
/// <param name="RetryAt">When the next attempt is due, or null when there is none.</param>
internal sealed record FailureView(string Kind, string? Message, DateTimeOffset? RetryAt);
