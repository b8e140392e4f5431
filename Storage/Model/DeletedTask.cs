namespace EventTorrent.Storage.Model;

/// <summary>
/// What is remembered of a deleted task for a month: where its leases ended. A worker that has not heard of the deletion must
/// not pass for one of the same task submitted again, and a volume that was away must not keep its files for ever.
/// </summary>
public sealed class DeletedTask
{
    public Guid TaskId { get; set; }

    /// <summary>See <see cref="TorrentTask.LeaseFloor"/>.</summary>
    public int LeaseFloor { get; set; }

    public DateTimeOffset DeletedAt { get; set; }
}
