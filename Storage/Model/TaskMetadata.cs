namespace EventTorrent.Storage.Model;

/// <summary>The bencoded info dictionary of a task, kept apart because few readers of the task need it.</summary>
public sealed class TaskMetadata
{
    public Guid TaskId { get; set; }

    /// <summary>At most 8 MiB; its SHA-1 or SHA-256 is the infohash.</summary>
    public byte[] Info { get; set; } = [];
}
