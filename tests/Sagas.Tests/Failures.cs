using EventTorrent.Contracts;
using EventTorrent.Storage.Model;

namespace EventTorrent.Sagas.Tests;

public abstract class Failures(Flavour flavour)
{
    public sealed class Embedded() : Failures(Flavour.Embedded);

    public sealed class Distributed() : Failures(Flavour.Distributed);

    [Fact]
    public async Task A_recoverable_one_is_tried_again_after_a_growing_wait_and_ends_the_task_at_the_fifth()
    {
        await using var host = await SagaHost.StartAsync(flavour);
        var infohash = await host.SubmitAsync();
        int[] waits = [5, 15, 45, 135];

        for (var attempt = 1; attempt <= 4; attempt++)
        {
            var command = await host.NextCommandAsync();
            Assert.Equal(attempt, command.Lease);
            await host.PublishAsync(command.Failed(FailureKind.MetadataTimeout));
            var waiting = await host.WaitForAsync(infohash, task => task.Items[0] is { State: WorkItemState.Waiting, Lease: var lease } && lease == attempt);
            Assert.Equal(FailureKind.MetadataTimeout, waiting.FailureKind);
            Assert.False(host.HasCommand);
            Assert.InRange(waiting.Items[0].DueAt!.Value - host.Time.GetUtcNow(), TimeSpan.FromSeconds(waits[attempt - 1] - 4), TimeSpan.FromSeconds(waits[attempt - 1]));
            host.Time.Advance(TimeSpan.FromSeconds(waits[attempt - 1]));
        }

        await host.PublishAsync((await host.NextCommandAsync()).Failed(FailureKind.MetadataTimeout));
        var task = await host.WaitForAsync(infohash, task => task.CurrentState == nameof(TaskState.Failed));
        Assert.Equal(FailureKind.MetadataTimeout, task.FailureKind);
        Assert.NotNull(task.EndedAt);
    }

    [Fact]
    public async Task A_stored_picture_starts_the_count_of_attempts_again()
    {
        await using var host = await SagaHost.StartAsync(flavour);
        var infohash = await host.SubmitAsync();
        var command = await host.NextCommandAsync();
        await host.PublishAsync(command.Metadata(Reports.Film()));
        await host.PublishAsync(command.Failed(FailureKind.WorkerLost));
        command = await host.NextCommandAsync();

        await host.PublishAsync(command.Stored(0));
        await host.WaitForAsync(infohash, task => task.Screenshots.Count == 1);

        Assert.Equal(0, (await host.ReadAsync(infohash)).Items[0].FailedAttempts);
    }

    [Fact]
    public async Task A_report_that_can_not_be_handled_spoils_none_that_comes_with_it()
    {
        await using var host = await SagaHost.StartAsync(flavour);
        var commands = new List<TakeScreenshots>();
        for (var count = 0; count < 4; count++)
        {
            await host.SubmitAsync();
            commands.Add(await host.NextCommandAsync());
        }

        // Two files with one index are two rows with one key.
        object[] reports = [commands[0].Metadata(Reports.Film(), Reports.Film()), .. commands.Skip(1).Select(command => command.Started())];
        await Task.WhenAll(reports.Select(host.PublishAsync));

        foreach (var command in commands.Skip(1))
        {
            await host.WaitForAsync(Infohash.Parse(command.Infohash), task => task.CurrentState == nameof(TaskState.Fetching));
        }

        Assert.False((await host.ReadAsync(Infohash.Parse(commands[0].Infohash))).HasMetadata);
    }

    [Fact]
    public async Task Slices_that_bring_nothing_new_end_the_task()
    {
        await using var host = await SagaHost.StartAsync(flavour);
        var infohash = await host.SubmitAsync();

        for (var slice = 1; slice <= 5; slice++)
        {
            await host.PublishAsync((await host.NextCommandAsync()).Yielded());
            await host.WaitForAsync(infohash, task => task.Items[0].FailedAttempts == slice);
            host.Time.Advance(TimeSpan.FromMinutes(10));
        }

        var task = await host.WaitForAsync(infohash, task => task.CurrentState == nameof(TaskState.Failed));
        Assert.Equal(FailureKind.PieceTimeout, task.FailureKind);
    }

    [Theory]
    [InlineData(FailureKind.NoVideoFile)]
    [InlineData(FailureKind.IndexMalformed)]
    [InlineData(FailureKind.Encrypted)]
    [InlineData(FailureKind.MetadataRefused)]
    public async Task One_that_lies_in_the_torrent_ends_the_task_at_once(FailureKind kind)
    {
        await using var host = await SagaHost.StartAsync(flavour);
        var infohash = await host.SubmitAsync();

        await host.PublishAsync((await host.NextCommandAsync()).Failed(kind));
        var task = await host.WaitForAsync(infohash, task => task.CurrentState == nameof(TaskState.Failed));

        Assert.Equal((kind, "It did not work."), (task.FailureKind, task.FailureMessage));
    }

    [Fact]
    public async Task A_picture_that_was_stored_after_all_turns_a_failed_task_into_a_completed_one()
    {
        await using var host = await SagaHost.StartAsync(flavour);
        var infohash = await host.SubmitAsync(shots: 1);
        var command = await host.NextCommandAsync();
        await host.PublishAsync(command.Metadata(Reports.Film()));
        await host.PublishAsync(command.Completed(1));
        await host.WaitForAsync(infohash, task => task.Items[0].State == WorkItemState.Storing);
        await host.PublishAsync(command.Failed(FailureKind.NotAVideo));
        await host.WaitForAsync(infohash, task => task.CurrentState == nameof(TaskState.Failed));

        await host.PublishAsync(command.Stored(0));

        await host.WaitForAsync(infohash, task => task.CurrentState == nameof(TaskState.Completed) && task.FailureKind is null);
    }
}
