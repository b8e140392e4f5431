using EventTorrent.Storage.Model;

namespace EventTorrent.Api.Tasks;

/// <summary>What the representations need of a work item: all but its resume data.</summary>
internal sealed record ItemFacts(
    Guid TaskId,
    WorkItemState State,
    DateTimeOffset? DueAt,
    int? FileIndex,
    int Shots,
    long StoredBits,
    long? PromisedBits,
    double? Progress,
    long BytesNeeded,
    long DownBytesPerSecond,
    int Peers,
    string? Container,
    string? Codec,
    TimeSpan? Duration);
