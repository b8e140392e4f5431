using System.Diagnostics;
using EventTorrent.Contracts;
using EventTorrent.Storage.Model;

namespace EventTorrent.Sagas.Tests;

/// <summary>What a person asks for while a task lives.</summary>
public abstract class Control(Flavour flavour)
{
    public sealed class Embedded() : Control(Flavour.Embedded);

    public sealed class Distributed() : Control(Flavour.Distributed);

    [Fact]
    public async Task A_pause_stops_the_work_and_keeps_it_from_being_issued_until_it_is_resumed()
    {
        await using var host = await SagaHost.StartAsync(flavour);
        var (infohash, command) = await StartWorkAsync(host);

        await host.WishAsync(infohash, task => task.PauseAsked = true);
        Assert.Equal(new StopWork(infohash.ToTaskId(), "Screenshots", 0, 1), await host.NextStopAsync());
        var paused = await host.WaitForAsync(infohash, TaskState.Paused);
        Assert.Equal((WorkItemState.Waiting, null), (paused.Items[0].State, paused.Items[0].DueAt));
        host.Time.Advance(TimeSpan.FromHours(1));
        await host.PublishAsync(command.Stored(1));
        await host.WaitForAsync(infohash, task => task.Screenshots.Count == 1);
        Assert.False(host.HasCommand);

        await host.WishAsync(infohash, task => task.PauseAsked = false);
        var again = await host.NextCommandAsync();
        Assert.Equal((2, 0), (again.Lease, again.FileIndex));
        Assert.Equal([1], again.Done);
        Assert.Equal(nameof(TaskState.Pending), (await host.ReadAsync(infohash)).CurrentState);
        await host.PublishAsync(again.Started());
        await host.WaitForAsync(infohash, TaskState.Screenshotting);
    }

    [Fact]
    public async Task A_pause_works_within_five_seconds_when_its_nudge_is_lost()
    {
        await using var host = await SagaHost.StartAsync(flavour);
        var (infohash, _) = await StartWorkAsync(host);
        var clock = Stopwatch.StartNew();

        await host.WishAsync(infohash, task => task.PauseAsked = true, nudge: false);
        await host.NextStopAsync();

        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(5), $"It took {clock.Elapsed}.");
        await host.WaitForAsync(infohash, TaskState.Paused);
    }

    [Fact]
    public async Task What_a_worker_says_of_a_paused_task_changes_nothing_and_it_is_told_to_stop()
    {
        await using var host = await SagaHost.StartAsync(flavour);
        var (infohash, command) = await StartWorkAsync(host);
        await host.WishAsync(infohash, task => task.PauseAsked = true);
        await host.NextStopAsync();
        var before = await host.WaitForAsync(infohash, TaskState.Paused);

        foreach (var report in new object[] { command.Failed(FailureKind.NoVideoFile), command.Completed(3), command.Metadata(Reports.Film(5)), command.Progressed() })
        {
            await host.PublishAsync(report);
        }

        Assert.Equal(new StopWork(infohash.ToTaskId(), "Screenshots", 0, 1), await host.NextStopAsync());
        await host.PublishAsync(command.Stored(0));
        var after = await host.WaitForAsync(infohash, task => task.Screenshots.Count == 1);
        Assert.Equal((before.CurrentState, null, 1), (after.CurrentState, after.FailureKind, after.Files.Count));
        Assert.Equal((WorkItemState.Waiting, null, null), (after.Items[0].State, after.Items[0].DueAt, after.Items[0].PromisedBits));
    }

    [Fact]
    public async Task A_paused_task_whose_results_were_on_their_way_ends_with_them()
    {
        await using var host = await SagaHost.StartAsync(flavour);
        var (infohash, command) = await StartWorkAsync(host);
        await host.PublishAsync(command.Completed(1));
        await host.WaitForAsync(infohash, task => task.Items[0].State == WorkItemState.Storing);
        await host.WishAsync(infohash, task => task.PauseAsked = true);
        await host.WaitForAsync(infohash, TaskState.Paused);

        await host.PublishAsync(command.Stored(0));

        Assert.False((await host.WaitForAsync(infohash, TaskState.Completed)).PauseAsked);
    }

    [Fact]
    public async Task A_task_that_waits_for_its_first_worker_is_paused_too_and_wider_wants_do_not_wake_it()
    {
        await using var host = await SagaHost.StartAsync(flavour);
        var infohash = await host.SubmitAsync();
        var queued = await host.NextCommandAsync();
        await host.WishAsync(infohash, task => task.PauseAsked = true);
        await host.WaitForAsync(infohash, TaskState.Paused);
        await host.NextStopAsync();

        await host.WishAsync(infohash, task => task.Shots = 7);
        await host.WaitForAsync(infohash, task => task.Items[0].Shots == 7);
        await host.PublishAsync(queued.Started());
        await host.NextStopAsync();
        var rests = await host.ReadAsync(infohash);
        Assert.Equal((nameof(TaskState.Paused), null), (rests.CurrentState, rests.Items[0].DueAt));

        await host.WishAsync(infohash, task => task.PauseAsked = false);
        Assert.Equal((2, 7), await host.NextCommandAsync() is var again ? (again.Lease, again.Shots) : default);
    }

    [Fact]
    public async Task A_pause_that_comes_too_late_is_forgotten()
    {
        await using var host = await SagaHost.StartAsync(flavour);
        var infohash = await host.SubmitAsync();
        await host.PublishAsync((await host.NextCommandAsync()).Failed(FailureKind.NoVideoFile));
        await host.WaitForAsync(infohash, TaskState.Failed);

        await host.WishAsync(infohash, task => task.PauseAsked = true);
        var task = await host.WaitForAsync(infohash, task => task.AttentionSince is null);

        Assert.Equal((nameof(TaskState.Failed), false), (task.CurrentState, task.PauseAsked));
    }

    [Fact]
    public async Task A_retry_does_not_wait_for_the_time_of_the_next_attempt()
    {
        await using var host = await SagaHost.StartAsync(flavour);
        var infohash = await host.SubmitAsync();
        await host.PublishAsync((await host.NextCommandAsync()).Failed(FailureKind.MetadataTimeout));
        await host.WaitForAsync(infohash, task => task.Items[0].FailedAttempts == 1);

        await host.WishAsync(infohash, task => task.RestartAsked = true);

        Assert.Equal(2, (await host.NextCommandAsync()).Lease);
        var task = await host.ReadAsync(infohash);
        Assert.Equal((0, null, false), (task.Items[0].FailedAttempts, task.FailureKind, task.RestartAsked));
    }

    [Fact]
    public async Task Another_priority_reaches_the_work_that_waits()
    {
        await using var host = await SagaHost.StartAsync(flavour);
        // The window is four: the others wait.
        var infohashes = new List<Infohash>();
        for (var count = 0; count < 6; count++)
        {
            infohashes.Add(await host.SubmitAsync());
        }

        var issued = new List<TakeScreenshots>();
        for (var count = 0; count < 4; count++)
        {
            issued.Add(await host.NextCommandAsync());
        }

        var last = infohashes.Last(infohash => issued.TrueForAll(command => command.Infohash != infohash.ToString()));
        await host.WishAsync(last, task => task.Priority = 9);
        await host.WaitForAsync(last, task => task.Items[0].Priority == 9);

        await host.PublishAsync(issued[0].Failed(FailureKind.NoVideoFile));

        Assert.Equal(last.ToString(), (await host.NextCommandAsync()).Infohash);
    }

    [Fact]
    public async Task More_pictures_end_the_work_on_fewer()
    {
        await using var host = await SagaHost.StartAsync(flavour);
        var (infohash, command) = await StartWorkAsync(host);

        await host.WishAsync(infohash, task => task.Shots = 9);

        Assert.Equal(new StopWork(infohash.ToTaskId(), "Screenshots", 0, command.Lease), await host.NextStopAsync());
        Assert.Equal((2, 9), await host.NextCommandAsync() is var again ? (again.Lease, again.Shots) : default);
    }

    private static async Task<(Infohash Infohash, TakeScreenshots Command)> StartWorkAsync(SagaHost host)
    {
        var infohash = await host.SubmitAsync();
        var command = await host.NextCommandAsync();
        await host.PublishAsync(command.Started());
        await host.PublishAsync(command.Metadata(Reports.Film()));
        await host.WaitForAsync(infohash, task => task.HasMetadata && task.Items[0].State == WorkItemState.Running);
        return (infohash, command);
    }
}
