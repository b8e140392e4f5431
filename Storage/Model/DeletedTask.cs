namespace EventTorrent.Storage.Model;

/// <summary>
/// What is remembered of a deleted task for a day: where its leases ended. A worker that has not heard of the deletion must
/// not pass for one of the same task submitted again.
/// </summary>
public sealed class DeletedTask
{
    public Guid TaskId { get; set; }

    /// <summary>See <see cref="TorrentTask.LeaseFloor"/>.</summary>
    public int LeaseFloor { get; set; }

    public DateTimeOffset DeletedAt { get; set; }
}
