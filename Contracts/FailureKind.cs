namespace EventTorrent.Contracts;

/// <summary>Why a step did not end well. Names are part of the API and never change.</summary>
public enum FailureKind
{
    /// <summary>No peer sent the metadata in time.</summary>
    MetadataTimeout,

    /// <summary>The metadata breaks a limit (size, files, pieces).</summary>
    MetadataRefused,

    /// <summary>The torrent holds no video file.</summary>
    NoVideoFile,

    /// <summary>A file that is called a video is not one that we can read.</summary>
    NotAVideo,

    /// <summary>The container has no index or no video track where one is needed.</summary>
    IndexNotFound,

    /// <summary>The container's index contradicts itself or the file.</summary>
    IndexMalformed,

    /// <summary>A limit of the reader was reached (index size, keyframe size, picture size).</summary>
    LimitExceeded,

    /// <summary>No byte arrived from any peer for the stall timeout.</summary>
    PieceTimeout,

    /// <summary>No keyframe could be decoded.</summary>
    DecodeFailed,

    /// <summary>The video is encrypted.</summary>
    Encrypted,

    /// <summary>The worker's disk or memory budget is used up.</summary>
    NoSpace,

    /// <summary>The worker went away while it had the work.</summary>
    WorkerLost,

    /// <summary>The worker was told to stop: shutdown, pause or delete.</summary>
    Interrupted,

    /// <summary>A fault of ours; the log has it.</summary>
    InternalError,

    /// <summary>The videos are inside a RAR, ZIP or 7z archive.</summary>
    PackedArchive,

    /// <summary>No peer could be reached at all.</summary>
    NoPeers,

    /// <summary>What was asked for is larger than a task may have on a volume.</summary>
    OverQuota,

    /// <summary>The volume has no room for it beside its reserve.</summary>
    DiskFull,
}

public static class FailureKinds
{
    /// <summary>Whether trying again can help. Everything that is a property of the torrent's content is final.</summary>
    public static bool IsRecoverable(this FailureKind kind) => kind is
        FailureKind.MetadataTimeout or FailureKind.PieceTimeout or FailureKind.NoSpace
        or FailureKind.NoPeers or FailureKind.OverQuota or FailureKind.DiskFull
        or FailureKind.WorkerLost or FailureKind.Interrupted or FailureKind.InternalError;
}
