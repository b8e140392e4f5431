namespace EventTorrent.Demo;

/// <summary>What the demo reads of GET /tasks/{infohash}.</summary>
internal sealed record TaskReply(
    string State,
    double? Progress,
    long? SizeBytes,
    int ShotsStored,
    int? ShotsWanted,
    long BytesFetched,
    long DownBytesPerSecond,
    int Peers,
    double? RemainingS,
    string? Reason,
    long? TimeToFirstShotMs,
    TaskReply.DownloadReply? Download,
    IReadOnlyList<TaskReply.TranscodeReply> Transcodes,
    IReadOnlyList<TaskReply.Screenshot> Screenshots,
    TaskReply.FailureReply? Failure)
{
    internal sealed record DownloadReply(string State, string? Volume, long? DoneBytes, long? TotalBytes, long BytesFetched);

    internal sealed record TranscodeReply(
        int? File, int? Part, int? Parts, string State, string? Worker, int Lease, double? Progress, double? Speed, double? RemainingS);

    internal sealed record Screenshot(int File, int Index, double TimeS, double KeyframeTimeS, int Width, int Height, string Url, bool Verified);

    internal sealed record FailureReply(string Kind, string? Message);
}
