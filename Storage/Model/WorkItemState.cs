namespace EventTorrent.Storage.Model;

/// <summary>Where a work item is.</summary>
public enum WorkItemState
{
    /// <summary>To be issued when it is due: never issued yet, yielded, or waiting for its retry.</summary>
    Waiting,

    /// <summary>A command is on its way or in a queue.</summary>
    Queued,

    /// <summary>A worker has said that it began.</summary>
    Running,

    /// <summary>The worker is done; some promised results are not stored yet.</summary>
    Storing,

    Done,

    Failed,
}
