namespace EventTorrent.Contracts;

/// <summary>How far a task has come, in the order of its life.</summary>
public enum TaskState
{
    /// <summary>Accepted; no worker has it yet.</summary>
    Pending,

    /// <summary>A worker is in the swarm and waits for the metadata.</summary>
    Fetching,

    /// <summary>Screenshots are being taken.</summary>
    Screenshotting,

    /// <summary>The selected files are being downloaded.</summary>
    Downloading,

    /// <summary>HLS is being made.</summary>
    Transcoding,

    /// <summary>A stream can be watched.</summary>
    Playable,

    /// <summary>All that was asked for is there, and no stream was asked for.</summary>
    Completed,

    /// <summary>Ended without result, with a <see cref="FailureKind"/>.</summary>
    Failed,

    /// <summary>Stopped by a person.</summary>
    Paused,
}
