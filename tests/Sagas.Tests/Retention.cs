using EventTorrent.Contracts;
using EventTorrent.Storage;
using EventTorrent.Storage.Model;
using EventTorrent.TestKit;
using Microsoft.EntityFrameworkCore;

namespace EventTorrent.Sagas.Tests;

/// <summary>Streams that are kept no longer.</summary>
public abstract class Retention(Flavour flavour)
{
    private static readonly TimeSpan KeepFor = TimeSpan.FromDays(30);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public sealed class Embedded() : Retention(Flavour.Embedded);

    public sealed class Distributed() : Retention(Flavour.Distributed);

    [Fact]
    public async Task What_nobody_watches_goes_with_its_files_and_can_be_wanted_again()
    {
        await using var place = await StartAsync(("Retention:KeepFor", "30.00:00:00"));
        await using var host = await SagaHost.StartAsync(place);
        var (infohash, download) = await PlayableAsync(host);

        place.Time.Advance(KeepFor + TimeSpan.FromMinutes(1));
        var task = await host.WaitForAsync(infohash, TaskState.Completed);

        Assert.Equal((Wants.None, true), (task.Wants, task.HasMetadata));
        Assert.Empty(task.Items);
        Assert.Equal(infohash.ToString(), (await host.NextPurgeAsync()).Infohash);
        await host.WishAsync(infohash, row => row.Wants |= Wants.Stream);
        await HearOfWorkersAsync(host);
        var again = await host.NextDownloadAsync();
        Assert.True(again.Lease > download.Lease, $"{again.Lease}");
    }

    [Fact]
    public async Task What_is_watched_stays_though_its_volume_lacks_room_and_what_is_not_goes()
    {
        await using var place = await StartAsync(("Retention:FreeMiB", "100"));
        await using var host = await SagaHost.StartAsync(place);
        var (watched, _) = await PlayableAsync(host);
        var (other, _) = await PlayableAsync(host);
        place.Time.Advance(TimeSpan.FromHours(2));
        await WatchAsync(watched);
        // The word of a Reaper that has not seen it.
        await host.PublishAsync(new ExpireStream(watched.ToTaskId(), watched.ToString()));

        // 99 MiB are free.
        await HearOfWorkersAsync(host, freeBytes: 99L * 1024 * 1024);
        await host.WaitForAsync(other, TaskState.Completed);

        Assert.Equal(other.ToString(), (await host.NextPurgeAsync()).Infohash);
        Assert.Equal(nameof(TaskState.Playable), (await host.ReadAsync(watched)).CurrentState);
        Assert.False(host.HasPurge);

        Task<bool> WatchAsync(Infohash infohash) =>
            host.WithDbAsync(db => new StreamRetention(db, host.Part<WriteGate>()).NoteWatchedAsync(infohash.ToTaskId(), place.Time.GetUtcNow(), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task What_lies_on_a_volume_without_a_task_that_needs_it_is_removed_and_what_is_not_known_stays()
    {
        await using var place = await StartAsync();
        await using var host = await SagaHost.StartAsync(place);
        var (playable, _) = await PlayableAsync(host);
        var pictures = await host.SubmitAsync();
        var deleted = Infohash.Parse(new string('d', 40));
        var unknown = Infohash.Parse(new string('e', 40));
        await host.ChangeAsync(db => db.DeletedTasks.Add(new DeletedTask { TaskId = deleted.ToTaskId(), LeaseFloor = 3, DeletedAt = place.Time.GetUtcNow() }));

        await host.PublishAsync(new VolumeListed(
            Inbox.Volume, [.. new[] { playable, pictures, deleted, unknown }.Select(infohash => infohash.ToString()), "no infohash"], ["a", "b", "c", "d", "e"]));

        Assert.Equal(
            new[] { (deleted.ToString(), "c"), (pictures.ToString(), "b") }.Order(),
            new[] { await host.NextPurgeAsync(), await host.NextPurgeAsync() }.Select(purge => (purge.Infohash, purge.Mark!)).Order());
        Assert.False(host.HasPurge);
    }

    [Fact]
    public async Task Nothing_is_removed_of_a_task_that_was_wanted_again_since_it_was_deleted()
    {
        await using var place = await StartAsync();
        await using var host = await SagaHost.StartAsync(place);
        var (playable, _) = await PlayableAsync(host);
        var deleted = Infohash.Parse(new string('d', 40));
        await host.ChangeAsync(db => db.DeletedTasks.AddRange(
            new DeletedTask { TaskId = playable.ToTaskId(), LeaseFloor = 3, DeletedAt = place.Time.GetUtcNow() },
            new DeletedTask { TaskId = deleted.ToTaskId(), LeaseFloor = 3, DeletedAt = place.Time.GetUtcNow() }));

        await host.PublishAsync(new VolumeListed(Inbox.Volume, [playable.ToString(), deleted.ToString()], ["a"]));

        var purge = await host.NextPurgeAsync();
        Assert.Equal((deleted.ToString(), null), (purge.Infohash, purge.Mark));
        Assert.False(host.HasPurge);
    }

    [Fact]
    public async Task What_a_deleted_task_left_stays_until_its_time_is_over_and_goes_for_ever_then()
    {
        await using var place = await StartAsync(("Retention:KeepFor", "30.00:00:00"));
        await using var host = await SagaHost.StartAsync(place);
        var kept = await LeaveAsync(host, bytes: 1);
        await AssertPurgedAsync(host, kept, isPurged: false);

        place.Time.Advance(KeepFor + TimeSpan.FromMinutes(1));

        var purge = await host.NextPurgeAsync();
        Assert.Equal((kept.ToString(), ""), (purge.Infohash, purge.Mark));
        Assert.False(await host.WithDbAsync(db => db.KeptData.AnyAsync(Cancellation)));
        // The word may be lost: whoever looks at the volume next is told again.
        await AssertPurgedAsync(host, kept, isPurged: true);
    }

    [Fact]
    public async Task What_a_deleted_task_left_makes_room_and_what_was_left_just_now_stays()
    {
        await using var place = await StartAsync(("Retention:FreeMiB", "100"));
        await using var host = await SagaHost.StartAsync(place);
        var old = await LeaveAsync(host, bytes: 1024 * 1024);
        place.Time.Advance(TimeSpan.FromHours(2));
        var young = await LeaveAsync(host, bytes: 1024 * 1024);

        // 99 MiB are free.
        await HearOfWorkersAsync(host, freeBytes: 99L * 1024 * 1024);

        Assert.Equal(old.ToString(), (await host.NextPurgeAsync()).Infohash);
        Assert.Equal([young.ToTaskId()], await host.WithDbAsync(db => db.KeptData.Select(kept => kept.TaskId).ToListAsync(Cancellation)));
    }

    [Fact]
    public async Task A_download_begins_where_an_earlier_life_of_its_task_left_its_data_which_is_safe_until_then_and_after()
    {
        await using var place = await StartAsync();
        await using var host = await SagaHost.StartAsync(place);
        await HearOfWorkersAsync(host);
        await Poll.UntilAsync(
            "the volume has workers", async _ => await host.WithDbAsync(db => db.Workers.CountAsync(Cancellation)) == 2, TimeSpan.FromSeconds(30), Cancellation);
        var infohash = await host.SubmitAsync(shots: 1, wants: Wants.Screenshots | Wants.Stream);
        await LeaveAsync(host, bytes: 1, infohash);
        await AssertPurgedAsync(host, infohash, isPurged: false);
        var pictures = await host.NextCommandAsync();
        await host.PublishAsync(pictures.Started());
        await host.PublishAsync(pictures.Metadata(Reports.Film()));
        await host.PublishAsync(pictures.Failed(FailureKind.IndexNotFound));

        var download = await host.NextDownloadAsync();

        Assert.Equal(Inbox.Volume, download.Volume);
        Assert.False(await host.WithDbAsync(db => db.KeptData.AnyAsync(Cancellation)));
        await AssertPurgedAsync(host, infohash, isPurged: false);
    }

    /// <summary>Says that a volume has a torrent, and beside it one that is removed for certain.</summary>
    private static async Task AssertPurgedAsync(SagaHost host, Infohash infohash, bool isPurged)
    {
        var deleted = Infohash.Parse(Convert.ToHexString(Guid.NewGuid().ToByteArray()) + "dddddddd");
        await host.ChangeAsync(db => db.DeletedTasks.Add(new DeletedTask { TaskId = deleted.ToTaskId(), LeaseFloor = 3, DeletedAt = host.Time.GetUtcNow() }));
        await host.PublishAsync(new VolumeListed(Inbox.Volume, [infohash.ToString(), deleted.ToString()], ["a", "b"]));
        var purged = new List<(string, string?)> { await NextAsync() };
        if (isPurged)
        {
            purged.Add(await NextAsync());
        }

        Assert.Equal(
            isPurged ? [(infohash.ToString(), "a"), (deleted.ToString(), "b")] : [(deleted.ToString(), "b")],
            purged.OrderBy(purge => purge.Item2, StringComparer.Ordinal));
        Assert.False(host.HasPurge);

        async Task<(string, string?)> NextAsync() => await host.NextPurgeAsync() is var purge ? (purge.Infohash, purge.Mark) : default;
    }

    /// <summary>What the door does when a task is deleted without its data.</summary>
    private static async Task<Infohash> LeaveAsync(SagaHost host, long bytes, Infohash? of = null)
    {
        var infohash = of ?? Infohash.Parse(Convert.ToHexString(Guid.NewGuid().ToByteArray()) + "89abcdef");
        await host.ChangeAsync(db =>
        {
            db.DeletedTasks.Add(new DeletedTask { TaskId = infohash.ToTaskId(), LeaseFloor = 3, DeletedAt = host.Time.GetUtcNow() });
            db.KeptData.Add(new KeptData
            {
                TaskId = infohash.ToTaskId(), Infohash = infohash.ToString(), Volume = Inbox.Volume, Bytes = bytes, Since = host.Time.GetUtcNow(),
            });
        });
        return infohash;
    }

    private async Task<Place> StartAsync(params (string Key, string Value)[] settings)
    {
        var place = await Place.CreateAsync(flavour);
        place.Settings["Retention:Interval"] = "00:00:00.100";
        foreach (var (key, value) in settings)
        {
            place.Settings[key] = value;
        }

        return place;
    }

    private static async Task<(Infohash Infohash, DownloadTorrent Download)> PlayableAsync(SagaHost host)
    {
        await HearOfWorkersAsync(host);
        var infohash = await host.SubmitAsync(wants: Wants.Stream);
        var download = await host.NextDownloadAsync();
        await host.PublishAsync(download.Started());
        await host.PublishAsync(download.Metadata(Reports.Film()));
        await host.WaitForAsync(infohash, TaskState.Downloading);
        await host.PublishAsync(download.Completed(0));
        await host.PublishAsync((await host.NextTranscodeAsync()).Completed());
        await host.WaitForAsync(infohash, TaskState.Playable);
        return (infohash, download);
    }

    private static async Task HearOfWorkersAsync(SagaHost host, long? freeBytes = null)
    {
        foreach (var step in new[] { Step.Download, Step.Transcode })
        {
            await host.PublishAsync(new WorkerAlive(
                Guid.NewGuid().ToString(), "host", step.ToString(), Inbox.Volume, 4, 0, freeBytes, "1", host.Time.GetUtcNow(), 1, false, false));
        }
    }
}
