using EventTorrent.Contracts;
using EventTorrent.Storage.Model;
using Microsoft.Extensions.Options;

namespace EventTorrent.Sagas;

/// <summary>What becomes of a task whose stream is kept no longer.</summary>
public sealed class StreamExpiry(IOptions<RetentionOptions> options, TimeProvider time)
{
    /// <summary>Whether nobody watches it, whatever was known when it was asked to go.</summary>
    public bool IsDue(TorrentTask task) => new[] { task.LastWatchedAt, task.EndedAt }.Max() is { } last && last <= time.GetUtcNow() - options.Value.WatchTime;

    /// <summary>The stream goes, and with it what it was made of; pictures stay. It can be wanted again, under leases above all of before.</summary>
    public static void Expire(TorrentTask task)
    {
        task.LeaseFloor = task.Items.Select(item => item.Lease + 1).Append(task.LeaseFloor).Max();
        task.Items.RemoveAll(item => item.Step != Step.Screenshots);
        task.Wants &= ~Wants.Stream;
    }
}
