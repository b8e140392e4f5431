using EventTorrent.Contracts;
using EventTorrent.Storage.Model;

namespace EventTorrent.Sagas.Tests;

public abstract class TheLifeOfATask(Flavour flavour)
{
    public sealed class Embedded() : TheLifeOfATask(Flavour.Embedded);

    public sealed class Distributed() : TheLifeOfATask(Flavour.Distributed);

    [Fact]
    public async Task Ends_completed_when_every_promised_picture_is_stored()
    {
        await using var host = await SagaHost.StartAsync(flavour);
        var infohash = await host.SubmitAsync(shots: 2);

        var command = await host.NextCommandAsync();
        Assert.Equal((0, 1, null, 2), (command.Item, command.Lease, command.FileIndex, command.Shots));
        await host.PublishAsync(command.Started());
        await host.WaitForAsync(infohash, task => task.CurrentState == nameof(TaskState.Fetching));
        await host.PublishAsync(command.Metadata(Reports.Film()));
        await host.WaitForAsync(infohash, task => task.CurrentState == nameof(TaskState.Screenshotting));
        await host.PublishAsync(command.Stored(0));
        await host.PublishAsync(command.Stored(1));
        await host.PublishAsync(command.Completed(2));
        var task = await host.WaitForAsync(infohash, task => task.CurrentState == nameof(TaskState.Completed));

        Assert.Equal("A film", task.Name);
        Assert.Equal([0, 1], task.Screenshots.Select(shot => shot.Index).Order());
        Assert.Equal(9000, task.BytesFetched);
        Assert.Equal(["Fetching", "Screenshotting", "Completed"], task.Timeline.OrderBy(entry => entry.Id).Select(entry => entry.ToState));
        Assert.NotNull(task.FirstShotAt);
        Assert.Null(task.FailureKind);
    }

    [Fact]
    public async Task Is_not_over_while_a_promised_picture_is_not_stored()
    {
        await using var host = await SagaHost.StartAsync(flavour);
        var infohash = await host.SubmitAsync(shots: 2);
        var command = await host.NextCommandAsync();

        await host.PublishAsync(command.Metadata(Reports.Film()));
        await host.PublishAsync(command.Stored(0));
        await host.PublishAsync(command.Completed(2));
        await host.WaitForAsync(infohash, task => task.Items[0].State == WorkItemState.Storing && task.Screenshots.Count == 1);
        host.Time.Advance(TimeSpan.FromMinutes(3));
        var again = await host.NextCommandAsync();

        Assert.Equal(2, again.Lease);
        Assert.Equal([0], again.Done);
        await host.PublishAsync(again.Stored(1));
        await host.PublishAsync(again.Completed(2));
        await host.WaitForAsync(infohash, task => task.CurrentState == nameof(TaskState.Completed));
    }

    [Fact]
    public async Task Keeps_a_picture_that_overtakes_its_metadata()
    {
        await using var host = await SagaHost.StartAsync(flavour);
        var infohash = await host.SubmitAsync(shots: 1);
        var command = await host.NextCommandAsync();

        await host.PublishAsync(command.Stored(0));
        await host.WaitForAsync(infohash, task => task.Screenshots.Count == 1);
        await host.PublishAsync(command.Metadata(Reports.Film()));
        await host.PublishAsync(command.Completed(1));
        var task = await host.WaitForAsync(infohash, task => task.CurrentState == nameof(TaskState.Completed));

        Assert.Equal(1, Assert.Single(task.Items).Lease);
    }

    [Fact]
    public async Task Survives_the_loss_of_its_metadata()
    {
        await using var host = await SagaHost.StartAsync(flavour);
        var infohash = await host.SubmitAsync(shots: 1);
        var command = await host.NextCommandAsync();
        await host.PublishAsync(command.Completed(1));
        await host.WaitForAsync(infohash, task => task.Items[0].State == WorkItemState.Storing);
        host.Time.Advance(TimeSpan.FromMinutes(3));

        var again = await host.NextCommandAsync();
        await host.PublishAsync(again.Stored(0));
        await host.PublishAsync(again.Completed(1));
        await host.PublishAsync(again.Metadata(Reports.Film()));

        await host.WaitForAsync(infohash, task => task.CurrentState == nameof(TaskState.Completed) && task.Name == "A film");
    }

    [Fact]
    public async Task Comes_to_the_same_end_when_reports_come_twice_and_in_the_wrong_order()
    {
        await using var host = await SagaHost.StartAsync(flavour);
        var infohash = await host.SubmitAsync(shots: 3);
        var command = await host.NextCommandAsync();

        object[] reports =
        [
            command.Completed(3), command.Stored(2), command.Metadata(Reports.Film()), command.Stored(0), command.Progressed(),
            command.Stored(1), command.Started(), command.Metadata(Reports.Film()),
        ];
        await host.PublishAsync(command.Metadata(Reports.Film()));
        await host.WaitForAsync(infohash, task => task.HasMetadata);
        foreach (var report in reports.Concat(reports))
        {
            await host.PublishAsync(report);
        }

        var task = await host.WaitForAsync(infohash, task => task.CurrentState == nameof(TaskState.Completed));
        Assert.Equal([0, 1, 2], task.Screenshots.Select(shot => shot.Index).Order());
        Assert.Single(task.Files);
        Assert.Single(task.Items);
    }

    [Fact]
    public async Task Makes_one_item_of_every_video_and_survives_one_that_can_not_be_read()
    {
        await using var host = await SagaHost.StartAsync(flavour);
        var infohash = await host.SubmitAsync(shots: 1);
        var first = await host.NextCommandAsync();

        await host.PublishAsync(first.Started());
        await host.PublishAsync(first.Metadata(
            Reports.Film(1), Reports.Film(2), new TorrentFile(3, "readme.txt", 900), new TorrentFile(4, "film-sample.mp4", 400_000_000)));
        var second = await host.NextCommandAsync();
        Assert.Equal((1, 2, 1), (second.Item, second.FileIndex, second.Lease));
        Assert.Equal([1, 2, 3], second.Info);
        await host.PublishAsync(second.Failed(FailureKind.NotAVideo));
        await host.PublishAsync(first.Stored(0, file: 1));
        await host.PublishAsync(first.Completed(1, file: 1));
        var task = await host.WaitForAsync(infohash, task => task.CurrentState == nameof(TaskState.Completed));

        Assert.Equal([1, 2], task.Files.Where(file => file.Selected).Select(file => file.Index).Order());
        Assert.Equal(FailureKind.NotAVideo, task.FailureKind);
    }

    [Fact]
    public async Task Starts_again_when_a_person_submits_a_failed_one_again()
    {
        await using var host = await SagaHost.StartAsync(flavour);
        var infohash = await host.SubmitAsync();
        var command = await host.NextCommandAsync();
        await host.PublishAsync(command.Failed(FailureKind.NoVideoFile));
        await host.WaitForAsync(infohash, task => task.CurrentState == nameof(TaskState.Failed));

        // The nudge is lost: the Dispatcher repeats it.
        await host.ChangeAsync(db =>
        {
            var task = db.Tasks.Single(task => task.Infohash == infohash.ToString());
            (task.RestartAsked, task.AttentionSince) = (true, host.Time.GetUtcNow());
        });
        host.Time.Advance(TimeSpan.FromSeconds(6));
        var again = await host.NextCommandAsync();

        Assert.Equal(2, again.Lease);
        var task = await host.ReadAsync(infohash);
        Assert.Equal((nameof(TaskState.Pending), null, null), (task.CurrentState, task.FailureKind, task.AttentionSince));
    }

    [Fact]
    public async Task Takes_all_pictures_anew_when_more_are_wanted()
    {
        await using var host = await SagaHost.StartAsync(flavour);
        var infohash = await host.SubmitAsync(shots: 1);
        var command = await host.NextCommandAsync();
        await host.PublishAsync(command.Metadata(Reports.Film()));
        await host.PublishAsync(command.Stored(0));
        await host.PublishAsync(command.Completed(1));
        await host.WaitForAsync(infohash, task => task.CurrentState == nameof(TaskState.Completed));

        await host.ChangeAsync(db =>
        {
            var task = db.Tasks.Single(task => task.Infohash == infohash.ToString());
            (task.Shots, task.AttentionSince) = (2, host.Time.GetUtcNow());
        });
        await host.PublishAsync(new SubmitTorrent(infohash.ToTaskId(), infohash.ToString()));
        var again = await host.NextCommandAsync();

        Assert.Equal((2, 0), (again.Shots, again.Done.Count));
        await host.PublishAsync(command.Stored(0)); // of the old plan: too late
        await host.PublishAsync(again.Stored(0));
        await host.PublishAsync(again.Stored(1));
        await host.PublishAsync(again.Completed(2));
        var task = await host.WaitForAsync(infohash, task => task.CurrentState == nameof(TaskState.Completed) && task.Screenshots.Count == 2);
        Assert.Equal(2, task.Items[0].Lease);
    }
}
