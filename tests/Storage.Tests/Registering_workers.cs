using EventTorrent.Contracts;
using Microsoft.EntityFrameworkCore;

namespace EventTorrent.Storage.Tests;

public abstract class Registering_workers(StorageProvider provider)
{
    public sealed class Sqlite() : Registering_workers(StorageProvider.Sqlite);

    public sealed class Postgres() : Registering_workers(StorageProvider.Postgres);

    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly WorkerAlive First = new("w1", "host", "Screenshots", null, 4, 1, null, "0.1.0", Noon, 1, false, false);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_message_that_was_overtaken_changes_nothing()
    {
        await using var databases = await Databases.StartAsync(provider);
        var db = await databases.MigratedAsync();
        var register = new WorkerRegister(db);
        await register.NoteAsync(First with { Beat = 3, Busy = 3 }, Noon, Cancellation);

        await register.NoteAsync(First with { Beat = 2, Busy = 2 }, Noon.AddSeconds(5), Cancellation);

        var worker = await db.Workers.AsNoTracking().SingleAsync(Cancellation);
        Assert.Equal((3, 3L, Noon), (worker.Busy, worker.Beat, worker.SeenAt));
    }

    [Fact]
    public async Task One_that_says_goodbye_has_no_slots_from_then_on_and_does_not_come_back_by_a_late_message()
    {
        await using var databases = await Databases.StartAsync(provider);
        var db = await databases.MigratedAsync();
        var register = new WorkerRegister(db);
        await register.NoteAsync(First, Noon, Cancellation);
        await register.NoteAsync(First with { Worker = "w2" }, Noon, Cancellation);

        await register.NoteAsync(First with { Beat = 3, Leaving = true }, Noon, Cancellation);
        await register.NoteAsync(First with { Beat = 2 }, Noon, Cancellation);

        Assert.Equal(4, await databases.Queue(db).CountSlotsAsync(Step.Screenshots, Noon, Cancellation));
    }

    [Fact]
    public async Task One_that_is_to_be_drained_has_no_slots_whatever_it_says_until_that_is_taken_back()
    {
        await using var databases = await Databases.StartAsync(provider);
        var db = await databases.MigratedAsync();
        var register = new WorkerRegister(db);
        var download = First with { Worker = "d", Kind = nameof(Step.Download), Volume = "v" };
        await register.NoteAsync(First, Noon, Cancellation);
        await register.NoteAsync(download, Noon, Cancellation);

        Assert.False(await register.AskToDrainAsync("nobody", drains: true, Cancellation));
        Assert.True(await register.AskToDrainAsync(First.Worker, drains: true, Cancellation));
        Assert.True(await register.AskToDrainAsync("d", drains: true, Cancellation));
        var noted = await register.NoteAsync(First with { Beat = 2, Draining = true }, Noon, Cancellation);

        Assert.Equal(new NotedWorker(IsNew: false, DrainAsked: true), noted);
        Assert.Equal(0, await databases.Queue(db).CountSlotsAsync(Step.Screenshots, Noon, Cancellation));
        Assert.Empty(await databases.Queue(db).CountVolumeSlotsAsync(Noon, Cancellation));
        var row = await db.Workers.AsNoTracking().SingleAsync(worker => worker.Worker == First.Worker, Cancellation);
        Assert.Equal((true, true), (row.DrainAsked, row.Draining));

        await register.AskToDrainAsync(First.Worker, drains: false, Cancellation);
        Assert.Equal(new NotedWorker(IsNew: false, DrainAsked: false), await register.NoteAsync(First with { Beat = 3, Draining = true }, Noon, Cancellation));
        Assert.Equal(4, await databases.Queue(db).CountSlotsAsync(Step.Screenshots, Noon, Cancellation));
    }

    [Fact]
    public async Task One_that_was_forgotten_while_it_was_drained_is_so_again_by_its_own_word()
    {
        await using var databases = await Databases.StartAsync(provider);
        var db = await databases.MigratedAsync();

        var noted = await new WorkerRegister(db).NoteAsync(First with { Draining = true }, Noon, Cancellation);

        Assert.Equal(new NotedWorker(IsNew: true, DrainAsked: true), noted);
        Assert.Equal(0, await databases.Queue(db).CountSlotsAsync(Step.Screenshots, Noon, Cancellation));
    }

    [Fact]
    public async Task Those_that_are_gone_are_forgotten()
    {
        await using var databases = await Databases.StartAsync(provider);
        var db = await databases.MigratedAsync();
        var register = new WorkerRegister(db);
        await register.NoteAsync(First with { Worker = "lost" }, Noon.AddHours(-25), Cancellation);
        await register.NoteAsync(First with { Worker = "silent" }, Noon.AddHours(-23), Cancellation);
        await register.NoteAsync(First with { Worker = "left", Leaving = true }, Noon.AddMinutes(-11), Cancellation);
        await register.NoteAsync(First with { Worker = "leaving", Leaving = true }, Noon.AddMinutes(-9), Cancellation);

        Assert.Equal(2, await register.ForgetAsync(Noon, Cancellation));

        Assert.Equal(["leaving", "silent"], await db.Workers.Select(worker => worker.Worker).Order().ToListAsync(Cancellation));
    }

    [Fact]
    public async Task The_last_word_counts_however_many_processes_hear_them_at_once()
    {
        await using var databases = await Databases.StartAsync(provider);
        await new WorkerRegister(await databases.MigratedAsync()).NoteAsync(First, Noon, Cancellation);
        var beats = Enumerable.Range(2, 40).ToArray();
        Random.Shared.Shuffle(beats);

        await Task.WhenAll(beats.Chunk(10).Select(some => Task.Run(
            async () =>
            {
                var register = new WorkerRegister(databases.Open());
                foreach (var beat in some)
                {
                    await register.NoteAsync(First with { Beat = beat, Busy = beat }, Noon.AddSeconds(beat), Cancellation);
                }
            },
            Cancellation)));

        var worker = await databases.Open().Workers.SingleAsync(Cancellation);
        Assert.Equal((41, 41L, Noon.AddSeconds(41)), (worker.Busy, worker.Beat, worker.SeenAt));
    }
}
