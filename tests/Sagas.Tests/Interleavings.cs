using System.Globalization;
using EventTorrent.Contracts;
using EventTorrent.Storage.Model;

namespace EventTorrent.Sagas.Tests;

/// <summary>The same words in another order, or more than once.</summary>
public abstract class Interleavings(Flavour flavour)
{
    private const int Films = 3;
    private const int Shots = 8;

    public sealed class Embedded() : Interleavings(Flavour.Embedded);

    public sealed class Distributed() : Interleavings(Flavour.Distributed);

    [Fact]
    public async Task Every_message_two_to_five_times_leaves_the_same_rows_as_once()
    {
        var once = await LiveAsync(() => 1);
        var often = await LiveAsync(() => Random.Shared.Next(2, 6));

        Assert.Equal(once, often);
        Assert.Contains("Completed", once, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_end_may_be_told_before_the_last_picture()
    {
        await using var host = await SagaHost.StartAsync(flavour);
        var infohash = await host.SubmitAsync(shots: 3);
        var command = await host.NextCommandAsync();
        await host.PublishAsync(command.Metadata(Reports.Film()));
        await host.PublishAsync(command.Stored(1));
        await host.PublishAsync(command.Completed(3));
        await host.WaitForAsync(infohash, task => task.Items[0].State == WorkItemState.Storing && task.HasMetadata && task.Screenshots.Count == 1);

        await host.PublishAsync(command.Stored(2));
        await host.PublishAsync(command.Stored(0));

        var task = await host.WaitForAsync(infohash, TaskState.Completed);
        Assert.Equal((3, 1), (task.Screenshots.Count, task.Items[0].Lease));
    }

    [Fact]
    public async Task Progress_may_be_told_before_the_beginning()
    {
        await using var host = await SagaHost.StartAsync(flavour);
        var infohash = await host.SubmitAsync();
        var command = await host.NextCommandAsync();
        await host.PublishAsync(command.Progressed([1, 2], bytes: 5000));
        await host.WaitForAsync(infohash, task => task.Items[0].State == WorkItemState.Running);

        await host.PublishAsync(command.Started());

        var task = await host.WaitForAsync(infohash, TaskState.Fetching);
        Assert.Equal((WorkItemState.Running, 5000, "worker-1"), (task.Items[0].State, task.Items[0].BytesFetched, task.Items[0].Worker));
        Assert.Equal([1, 2], task.Items[0].ResumeData);
    }

    /// <summary>The life of a task with a failure in it, told by workers of which every copy of a command is taken by one.</summary>
    /// <returns>What the rows say at the end, but for what is a matter of chance.</returns>
    private async Task<string> LiveAsync(Func<int> copies)
    {
        await using var host = await SagaHost.StartAsync(flavour);
        var infohash = await host.SubmitAsync(Shots, nudge: false);
        await SayAsync(new SubmitTorrent(infohash.ToTaskId(), infohash.ToString()));
        var first = await host.NextCommandAsync();
        await SayAsync(first.Started());
        await SayAsync(first.Metadata([.. Enumerable.Range(0, Films).Select(Reports.Film)]));
        await SayAsync(first.Progressed([7]));
        await SayAsync(first.Stored(0));
        await host.WaitForAsync(infohash, task => task.Items.Count == Films && task.Screenshots.Count == 1);
        await SayAsync(first.Failed(FailureKind.WorkerLost));

        // The other films, and the first again.
        for (var count = 0; count < Films; count++)
        {
            var command = await host.NextCommandAsync();
            var film = command.FileIndex!.Value;
            await SayAsync(command.Started());
            for (var shot = 0; shot < Shots; shot++)
            {
                await SayAsync(command.Stored(shot, film));
            }

            await SayAsync(command.Completed(Shots, film));
        }

        await host.WaitForAsync(infohash, TaskState.Completed);
        // A later message about the task is handled after all copies of the earlier ones are, or changes nothing any more.
        await SayAsync(first.Progressed());
        return Describe(await host.WaitForAsync(infohash, TaskState.Completed));

        async Task SayAsync<T>(T message) where T : class => await Task.WhenAll(Enumerable.Range(0, copies()).Select(_ => host.PublishAsync(message)));
    }

    private static string Describe(TorrentTask task) => string.Join('\n',
    [
        string.Create(CultureInfo.InvariantCulture, $"{task.CurrentState} {task.Name} {task.SizeBytes} {task.FileCount} {task.BytesFetched} {task.FailureKind}"),
        .. task.Files.OrderBy(file => file.Index).Select(file => $"{file.Index} {file.Path} {file.LengthBytes} {file.Selected}"),
        .. task.Items.OrderBy(item => item.Index).Select(item =>
            $"{item.Index} {item.State} {item.FileIndex} {item.StoredBits} {item.PromisedBits} {item.DueAt is null} {item.ResumeData is null} {item.FailureKind}"),
        .. task.Screenshots.OrderBy(shot => (shot.FileIndex, shot.Index)).Select(shot => $"{shot.FileIndex} {shot.Index} {shot.TakenAt} {shot.Width}"),
    ]);
}
