using EventTorrent.Contracts;
using EventTorrent.Storage.Model;

namespace EventTorrent.Sagas.Tests;

/// <summary>A task that is to learn its files and no more, so that some of them can be chosen.</summary>
public abstract class Metadata_alone(Flavour flavour)
{
    public sealed class Embedded() : Metadata_alone(Flavour.Embedded);

    public sealed class Distributed() : Metadata_alone(Flavour.Distributed);

    [Fact]
    public async Task Is_all_that_is_fetched_and_those_of_its_files_are_worked_on_that_are_chosen_then()
    {
        await using var host = await SagaHost.StartAsync(flavour);
        var (infohash, command) = await LearnAsync(host, Reports.Film(1), Reports.Film(2), Reports.Film(3), new TorrentFile(4, "read.me", 9));
        var known = await host.WaitForAsync(infohash, TaskState.Completed);
        Assert.Equal((0, null), (command.Shots, command.FileIndex));
        Assert.Equal(["Fetching", "Completed"], known.Timeline.OrderBy(entry => entry.Id).Select(entry => entry.ToState));
        Assert.Equal((WorkItemState.Done, null, "A film"), (Assert.Single(known.Items).State, known.Items[0].DueAt, known.Name));
        Assert.Equal([1, 2, 3], known.Files.Where(file => file.Selected).Select(file => file.Index).Order());

        await host.WishAsync(infohash, task => (task.Wants, task.Shots, task.FilesAsked) = (Wants.Screenshots, 2, [2]));
        var chosen = await host.NextCommandAsync();

        Assert.Equal((0, 2, 2, 2), (chosen.Item, chosen.Lease, chosen.FileIndex, chosen.Shots));
        await host.PublishAsync(command.Metadata(Reports.Film(1)));
        await host.PublishAsync(chosen.Started());
        await host.WaitForAsync(infohash, TaskState.Screenshotting);
        await host.PublishAsync(chosen.Stored(0, file: 2));
        await host.PublishAsync(chosen.Stored(1, file: 2));
        await host.PublishAsync(chosen.Completed(2, file: 2));
        var task = await host.WaitForAsync(infohash, TaskState.Completed);
        Assert.Equal([2], task.Files.Where(file => file.Selected).Select(file => file.Index));
        Assert.Single(task.Items);
        Assert.Equal(2, task.Screenshots.Count);
    }

    [Fact]
    public async Task Is_enough_for_a_stream_that_is_wanted_later()
    {
        await using var host = await SagaHost.StartAsync(flavour);
        var (infohash, _) = await LearnAsync(host, Reports.Film(0), Reports.Film(1));
        await host.WaitForAsync(infohash, TaskState.Completed);
        await host.ChangeAsync(db => db.Workers.Add(new WorkerRecord
        {
            Worker = "w", Host = "h", Kind = nameof(Step.Download), Volume = Inbox.Volume, Slots = 2, Version = "1",
            StartedAt = host.Time.GetUtcNow(), SeenAt = host.Time.GetUtcNow().AddDays(1),
        }));

        await host.WishAsync(infohash, task => (task.Wants, task.FilesAsked) = (Wants.Stream, [1]));
        var download = await host.NextDownloadAsync();
        Assert.Equal([1], download.Files);
        await host.PublishAsync(download.Started());
        await host.WaitForAsync(infohash, TaskState.Downloading);
        Assert.False(host.HasCommand);
    }

    [Fact]
    public async Task Is_fetched_with_the_pictures_when_these_are_wanted_before_it_is_known()
    {
        await using var host = await SagaHost.StartAsync(flavour);
        var infohash = await host.SubmitAsync(wants: Wants.None);
        var first = await host.NextCommandAsync();
        await host.PublishAsync(first.Started());
        await host.WaitForAsync(infohash, TaskState.Fetching);

        await host.WishAsync(infohash, task => (task.Wants, task.Shots, task.FilesAsked) = (Wants.Screenshots, 1, [5]));
        Assert.Equal(new StopWork(infohash.ToTaskId(), "Screenshots", 0, first.Lease), await host.NextStopAsync());
        var second = await host.NextCommandAsync();

        Assert.Equal((null, 1), (second.FileIndex, second.Shots));
        Assert.Equal([5], second.Files);
        await host.PublishAsync(second.Metadata(Reports.Film(4), Reports.Film(5)));
        await host.PublishAsync(second.Stored(0, file: 5));
        await host.PublishAsync(second.Completed(1, file: 5));
        Assert.Equal(5, Assert.Single((await host.WaitForAsync(infohash, TaskState.Completed)).Items).FileIndex);
    }

    [Fact]
    public async Task Is_asked_for_again_when_its_worker_goes_away_or_does_not_find_it()
    {
        await using var host = await SagaHost.StartAsync(flavour);
        var infohash = await host.SubmitAsync(wants: Wants.None);
        await host.PublishAsync((await host.NextCommandAsync()).Failed(FailureKind.WorkerLost));
        var second = await host.NextCommandAsync();
        await host.PublishAsync(second.Failed(FailureKind.MetadataTimeout));
        await host.WaitForAsync(infohash, task => task.FailureKind == FailureKind.MetadataTimeout);
        await host.WishAsync(infohash, task => task.RestartAsked = true);
        var third = await host.NextCommandAsync();

        await host.PublishAsync(third.Metadata(new TorrentFile(0, "read.me", 9)));

        // Where there is no video, there is nothing to choose; but that is known.
        var task = await host.WaitForAsync(infohash, TaskState.Completed);
        Assert.Equal((0, 3, null), (third.Shots, third.Lease, task.FailureKind));
    }

    private static async Task<(Infohash Infohash, TakeScreenshots Command)> LearnAsync(SagaHost host, params TorrentFile[] files)
    {
        var infohash = await host.SubmitAsync(wants: Wants.None);
        var command = await host.NextCommandAsync();
        await host.PublishAsync(command.Started());
        await host.WaitForAsync(infohash, TaskState.Fetching);
        await host.PublishAsync(command.Metadata(files));
        return (infohash, command);
    }
}
