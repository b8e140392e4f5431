using EventTorrent.Contracts;
using EventTorrent.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace EventTorrent.Storage.Tests;

/// <summary>What a task that was deleted without its data leaves for the next one of the same torrent.</summary>
public abstract class Keeping_data(StorageProvider provider)
{
    private const string Volume = "v1";

    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly Infohash Infohash = Infohash.Parse(new string('a', 40));

    private static readonly Guid TaskId = Infohash.ToTaskId();

    public sealed class Sqlite() : Keeping_data(StorageProvider.Sqlite);

    public sealed class Postgres() : Keeping_data(StorageProvider.Postgres);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true, Volume)]
    [InlineData(false, "")]
    public async Task The_next_download_begins_on_its_volume_when_that_has_workers(bool hasWorkers, string bound)
    {
        await using var databases = await Databases.StartAsync(provider);
        var db = await databases.MigratedAsync();
        await LeaveAsync(db);
        db.Tasks.Add(NewTask(Step.Download));
        if (hasWorkers)
        {
            db.Workers.Add(new WorkerRecord { Worker = "w", Host = "h", Kind = nameof(Step.Download), Volume = Volume, Version = "1", StartedAt = Noon, SeenAt = Noon });
        }

        await db.SaveChangesAsync(Cancellation);
        await db.TakeOverKeptAsync([TaskId, Guid.NewGuid()], Cancellation);

        var after = databases.Open();
        Assert.Equal(bound, (await after.WorkItems.SingleAsync(Cancellation)).BoundVolume);
        Assert.Equal([1, 2, 3], (await after.Set<TaskMetadata>().SingleAsync(Cancellation)).Info);
        Assert.False(await after.KeptData.AnyAsync(Cancellation));
    }

    [Fact]
    public async Task A_task_that_takes_pictures_has_the_metadata_and_leaves_the_rest_to_its_download()
    {
        await using var databases = await Databases.StartAsync(provider);
        var db = await databases.MigratedAsync();
        await LeaveAsync(db);
        db.Tasks.Add(NewTask(Step.Screenshots));
        await db.SaveChangesAsync(Cancellation);

        await db.TakeOverKeptAsync([TaskId], Cancellation);
        await db.TakeOverKeptAsync([TaskId], Cancellation);

        Assert.Equal([1, 2, 3], (await databases.Open().Set<TaskMetadata>().SingleAsync(Cancellation)).Info);
        Assert.Equal(Volume, (await databases.Open().KeptData.SingleAsync(Cancellation)).Volume);
        Assert.Empty(await Retention(databases).FindLeftAsync([Infohash], Cancellation));
    }

    [Fact]
    public async Task What_is_kept_has_business_on_its_volume_and_is_remembered_until_it_is_let_go()
    {
        await using var databases = await Databases.StartAsync(provider);
        var db = await databases.MigratedAsync();
        await LeaveAsync(db);
        var retention = Retention(databases);

        Assert.Empty(await retention.FindLeftAsync([Infohash], Cancellation));
        await databases.Queue(databases.Open()).ForgetDeletedAsync(Noon.AddDays(60), Cancellation);
        Assert.True(await databases.Open().DeletedTasks.AnyAsync(Cancellation));
        Assert.True(await retention.LetGoAsync(TaskId, Noon.AddDays(60), Cancellation));
        Assert.False(await retention.LetGoAsync(TaskId, Noon.AddDays(61), Cancellation));

        Assert.Equal([Infohash], await retention.FindLeftAsync([Infohash], Cancellation));
        Assert.Equal(Noon.AddDays(60), (await databases.Open().DeletedTasks.SingleAsync(Cancellation)).DeletedAt);
    }

    private static StreamRetention Retention(Databases databases) => new(databases.Open(), databases.Gate());

    private static async Task LeaveAsync(TorrentDb db)
    {
        db.DeletedTasks.Add(new DeletedTask { TaskId = TaskId, LeaseFloor = 3, DeletedAt = Noon });
        db.KeptData.Add(new KeptData { TaskId = TaskId, Infohash = Infohash.ToString(), Volume = Volume, Bytes = 5, Info = [1, 2, 3], Since = Noon });
        await db.SaveChangesAsync(Cancellation);
    }

    private static TorrentTask NewTask(Step step) => new()
    {
        CorrelationId = TaskId,
        Infohash = Infohash.ToString(),
        CreatedAt = Noon,
        UpdatedAt = Noon,
        Items = { new WorkItem { TaskId = TaskId, Step = step, CreatedAt = Noon } },
    };
}
