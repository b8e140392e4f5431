namespace EventTorrent.Demo;

/// <summary>What the demo reads of GET /tasks/{infohash}.</summary>
internal sealed record TaskReply(
    string State,
    string Status,
    long? SizeBytes,
    long BytesFetched,
    long? TimeToFirstShotMs,
    IReadOnlyList<TaskReply.Screenshot> Screenshots,
    TaskReply.FailureReply? Failure)
{
    internal sealed record Screenshot(int File, int Index, double TimeS, double KeyframeTimeS, int Width, int Height, string Url, bool Verified);

    internal sealed record FailureReply(string Kind, string? Message);
}
