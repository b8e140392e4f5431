using EventTorrent.Contracts;
using EventTorrent.Storage.Model;

namespace EventTorrent.Sagas.Tests;

/// <summary>Tasks that want a stream: from the pictures to the volume, and from there to what can be played.</summary>
public abstract class Streams(Flavour flavour)
{
    private const Wants Both = Wants.Screenshots | Wants.Stream;

    public sealed class Embedded() : Streams(Flavour.Embedded);

    public sealed class Distributed() : Streams(Flavour.Distributed);

    [Fact]
    public async Task A_task_that_wants_both_takes_pictures_then_downloads_then_transcodes()
    {
        await using var host = await SagaHost.StartAsync(flavour);
        await HearOfWorkersAsync(host);
        var infohash = await host.SubmitAsync(shots: 1, wants: Both);
        var pictures = await host.NextCommandAsync();
        await host.PublishAsync(pictures.Started());
        await host.PublishAsync(pictures.Metadata(Reports.Film(1), new TorrentFile(2, "film1.en.srt", 900)));
        await host.WaitForAsync(infohash, TaskState.Screenshotting);
        await host.PublishAsync(pictures.Stored(0, file: 1));
        await host.PublishAsync(pictures.Completed(1, file: 1));

        var download = await host.NextDownloadAsync();
        Assert.Equal((0, 1, null), (download.Item, download.Lease, download.Volume));
        Assert.Equal([1, 2, 3], download.Info);
        await host.PublishAsync(download.Started());
        await host.PublishAsync(download.Progressed(400));
        var loading = await host.WaitForAsync(infohash, task => Item(task, Step.Download) is { DoneBytes: 400, BoundVolume: Inbox.Volume });
        Assert.Equal((nameof(TaskState.Downloading), 0.4), (loading.CurrentState, TaskSnapshot.Of(loading).Progress));
        await host.PublishAsync(download.Completed(1));

        var transcode = await host.NextTranscodeAsync();
        Assert.Equal((1, "film1.mp4", Inbox.Volume, null, null), (transcode.FileIndex, transcode.Path, transcode.Volume, transcode.Part, transcode.Parts));
        Assert.Equal(2, Assert.Single(transcode.Subtitles).Index);
        await host.PublishAsync(transcode.Started());
        await host.WaitForAsync(infohash, TaskState.Transcoding);
        await host.PublishAsync(transcode.Completed());
        var task = await host.WaitForAsync(infohash, TaskState.Playable);

        Assert.Equal(
            ["Fetching", "Screenshotting", "Downloading", "Transcoding", "Playable"],
            task.Timeline.OrderBy(entry => entry.Id).Select(entry => entry.ToState));
        Assert.Null(task.FailureKind);
    }

    [Fact]
    public async Task A_stream_alone_begins_with_the_download_which_brings_the_metadata()
    {
        await using var host = await SagaHost.StartAsync(flavour);
        await HearOfWorkersAsync(host);
        var infohash = await host.SubmitAsync(wants: Wants.Stream);
        var download = await host.NextDownloadAsync();
        await host.PublishAsync(download.Started());
        await host.WaitForAsync(infohash, TaskState.Fetching);
        await host.PublishAsync(download.Metadata(Reports.Film(0), Reports.Film(3)));
        await host.WaitForAsync(infohash, TaskState.Downloading);
        await host.PublishAsync(download.Completed(0, 3));

        var first = await host.NextTranscodeAsync();
        var second = await host.NextTranscodeAsync();

        Assert.Equal([0, 3], new[] { first.FileIndex, second.FileIndex }.Order());
        await host.PublishAsync(first.Completed());
        await host.PublishAsync(second.Failed(FailureKind.NotAVideo));
        Assert.Equal(FailureKind.NotAVideo, (await host.WaitForAsync(infohash, TaskState.Playable)).FailureKind);
        Assert.False(host.HasCommand);
    }

    [Fact]
    public async Task A_task_waits_with_a_reason_until_there_is_a_worker()
    {
        await using var host = await SagaHost.StartAsync(flavour);
        var infohash = await host.SubmitAsync(shots: 1, wants: Both);
        var pictures = await host.NextCommandAsync();
        await host.PublishAsync(pictures.Started());
        await host.PublishAsync(pictures.Metadata(Reports.Film()));
        await host.PublishAsync(pictures.Failed(FailureKind.IndexNotFound));
        var waiting = await host.WaitForAsync(infohash, TaskState.Downloading);
        host.Time.Advance(TimeSpan.FromHours(3));

        Assert.Equal((WorkItemState.Waiting, 0), (Item(waiting, Step.Download).State, Item(waiting, Step.Download).Lease));
        Assert.Equal("Waits for a download worker.", TaskSnapshot.Of(waiting).Reason);
        Assert.Null(waiting.FailureKind);
        await HearOfWorkersAsync(host, Step.Download);
        var download = await host.NextDownloadAsync();
        await host.PublishAsync(download.Started());
        await host.PublishAsync(download.Progressed(0, stall: "No peer can be reached."));
        await host.WaitForAsync(infohash, task => TaskSnapshot.Of(task).Reason == "No peer can be reached.");
        await host.PublishAsync(download.Completed(0));
        var done = await host.WaitForAsync(infohash, TaskState.Transcoding);

        Assert.Equal("Waits for a transcode worker of the volume \"v1\".", TaskSnapshot.Of(done).Reason);
    }

    [Fact]
    public async Task A_download_goes_on_at_its_volume_and_bytes_alone_are_progress()
    {
        await using var host = await SagaHost.StartAsync(flavour);
        await HearOfWorkersAsync(host);
        var infohash = await host.SubmitAsync(wants: Wants.Stream);
        var first = await host.NextDownloadAsync();
        await host.PublishAsync(first.Started());
        await host.PublishAsync(first.Metadata(Reports.Film()));
        await host.PublishAsync(first.Progressed(100));
        await host.WaitForAsync(infohash, task => Item(task, Step.Download).DoneBytes == 100);
        await host.PublishAsync(first.Failed(FailureKind.PieceTimeout, resumeData: [7]));
        await host.WaitForAsync(infohash, task => Item(task, Step.Download).FailedAttempts == 1);
        host.Time.Advance(TimeSpan.FromSeconds(10));

        var second = await host.NextDownloadAsync();
        Assert.Equal((Inbox.Volume, 2), (second.Volume, second.Lease));
        Assert.Equal([7], second.ResumeData);
        // Other resume data, but not one byte more.
        await host.PublishAsync(second.Failed(FailureKind.NoPeers, resumeData: [8]));
        await host.WaitForAsync(infohash, task => Item(task, Step.Download).FailedAttempts == 2);
        host.Time.Advance(TimeSpan.FromSeconds(30));
        var third = await host.NextDownloadAsync();
        await host.PublishAsync(third.Progressed(150));

        Assert.Equal(0, (await host.WaitForAsync(infohash, task => Item(task, Step.Download).DoneBytes == 150)).Items[0].FailedAttempts);
    }

    [Fact]
    public async Task What_does_not_fit_on_a_volume_may_go_to_another()
    {
        await using var host = await SagaHost.StartAsync(flavour);
        await HearOfWorkersAsync(host);
        var infohash = await host.SubmitAsync(wants: Wants.Stream);
        var first = await host.NextDownloadAsync();
        await host.PublishAsync(first.Started());
        await host.PublishAsync(first.Failed(FailureKind.DiskFull));
        await host.WaitForAsync(infohash, task => task.FailureKind == FailureKind.DiskFull);
        host.Time.Advance(TimeSpan.FromSeconds(10));

        Assert.Null((await host.NextDownloadAsync()).Volume);
    }

    [Fact]
    public async Task A_video_that_is_cut_is_joined_when_all_its_parts_are_done()
    {
        await using var host = await SagaHost.StartAsync(flavour);
        await HearOfWorkersAsync(host);
        var infohash = await host.SubmitAsync(wants: Wants.Stream);
        var whole = await DownloadAsync(host);
        await host.PublishAsync(whole.Started());
        await host.PublishAsync(whole.Cut(parts: 2, plan: [42]));

        var parts = new[] { await host.NextTranscodeAsync(), await host.NextTranscodeAsync() };
        Assert.Equal([(0, 2), (1, 2)], parts.OrderBy(part => part.Part).Select(part => (part.Part!.Value, part.Parts!.Value)));
        Assert.All(parts, part => Assert.Equal([42], part.Plan));
        await host.PublishAsync(parts[0].Completed());
        await host.PublishAsync(parts[1].Failed(FailureKind.Interrupted));
        var again = await host.NextTranscodeAsync();
        Assert.Equal((parts[1].Part, 2), (again.Part, again.Lease));
        await host.PublishAsync(again.Completed());

        var join = await host.NextTranscodeAsync();
        Assert.Equal((null, 2, 2), (join.Part, join.Parts, join.Lease));
        Assert.Equal([42], join.ResumeData);
        await host.PublishAsync(join.Completed());
        await host.WaitForAsync(infohash, TaskState.Playable);
    }

    [Fact]
    public async Task A_part_that_can_not_be_done_ends_its_video_and_a_retry_does_that_part_alone()
    {
        await using var host = await SagaHost.StartAsync(flavour);
        await HearOfWorkersAsync(host);
        var infohash = await host.SubmitAsync(wants: Wants.Stream);
        var whole = await DownloadAsync(host);
        await host.PublishAsync(whole.Cut(parts: 2, plan: [42]));
        var (first, second) = (await host.NextTranscodeAsync(), await host.NextTranscodeAsync());
        await host.PublishAsync(first.Completed());
        await host.PublishAsync(second.Failed(FailureKind.DecodeFailed));
        Assert.Equal(FailureKind.DecodeFailed, (await host.WaitForAsync(infohash, TaskState.Failed)).FailureKind);

        await host.WishAsync(infohash, task => task.RestartAsked = true);

        var again = await host.NextTranscodeAsync();
        Assert.Equal((second.Part, 2), (again.Part, again.Lease));
        await host.PublishAsync(again.Completed());
        Assert.Null((await host.NextTranscodeAsync()).Part);
    }

    [Fact]
    public async Task A_pause_leaves_a_video_that_was_cut_resting_when_it_is_resumed()
    {
        await using var host = await SagaHost.StartAsync(flavour);
        await HearOfWorkersAsync(host);
        var infohash = await host.SubmitAsync(wants: Wants.Stream);
        var whole = await DownloadAsync(host);
        await host.PublishAsync(whole.Cut(parts: 1, plan: [42]));
        var part = await host.NextTranscodeAsync();
        await host.WishAsync(infohash, task => task.PauseAsked = true);
        await host.WaitForAsync(infohash, TaskState.Paused);
        Assert.Equal(new StopWork(infohash.ToTaskId(), "Transcode", part.Item, part.Lease), await host.NextStopAsync());

        await host.WishAsync(infohash, task => task.PauseAsked = false);

        var again = await host.NextTranscodeAsync();
        Assert.Equal((0, 2), (again.Part, again.Lease));
        await host.PublishAsync(again.Started());
        await host.WaitForAsync(infohash, TaskState.Transcoding);
        await host.PublishAsync(again.Completed());
        Assert.Equal((null, 1), await host.NextTranscodeAsync() is var join ? (join.Part, join.Parts) : default);
    }

    [Fact]
    public async Task A_task_that_has_its_pictures_goes_on_when_a_stream_is_wanted_too()
    {
        await using var host = await SagaHost.StartAsync(flavour);
        await HearOfWorkersAsync(host);
        var infohash = await host.SubmitAsync(shots: 1);
        var pictures = await host.NextCommandAsync();
        await host.PublishAsync(pictures.Metadata(Reports.Film()));
        await host.PublishAsync(pictures.Stored(0));
        await host.PublishAsync(pictures.Completed(1));
        await host.WaitForAsync(infohash, TaskState.Completed);

        await host.WishAsync(infohash, task => task.Wants |= Wants.Stream);

        var download = await host.NextDownloadAsync();
        await host.PublishAsync(download.Started());
        var task = await host.WaitForAsync(infohash, TaskState.Downloading);
        Assert.Null(task.EndedAt);
        await host.PublishAsync(download.Completed(0));
        await host.PublishAsync((await host.NextTranscodeAsync()).Completed());
        await host.WaitForAsync(infohash, TaskState.Playable);
    }

    [Fact]
    public async Task Nothing_is_downloaded_of_what_is_no_video()
    {
        await using var host = await SagaHost.StartAsync(flavour);
        await HearOfWorkersAsync(host);
        var infohash = await host.SubmitAsync(shots: 1, wants: Both);
        var pictures = await host.NextCommandAsync();
        await host.PublishAsync(pictures.Metadata(Reports.Film()));
        await host.PublishAsync(pictures.Failed(FailureKind.NotAVideo));

        var task = await host.WaitForAsync(infohash, TaskState.Failed);

        Assert.Equal((FailureKind.NotAVideo, Step.Screenshots), (task.FailureKind, Assert.Single(task.Items).Step));
    }

    private static WorkItem Item(TorrentTask task, Step step) => task.Items.Single(item => item.Step == step);

    private static async Task<TranscodeVideo> DownloadAsync(SagaHost host)
    {
        var download = await host.NextDownloadAsync();
        await host.PublishAsync(download.Started());
        await host.PublishAsync(download.Metadata(Reports.Film()));
        await host.PublishAsync(download.Completed(0));
        return await host.NextTranscodeAsync();
    }

    /// <summary>Workers say how many slots they have; the clock of these tests does not make them silent.</summary>
    private static async Task HearOfWorkersAsync(SagaHost host, params Step[] kinds)
    {
        foreach (var kind in kinds.Length > 0 ? kinds : [Step.Download, Step.Transcode])
        {
            await host.ChangeAsync(db => db.Workers.Add(new WorkerRecord
            {
                Worker = $"{kind}", Host = "h", Kind = $"{kind}", Volume = Inbox.Volume, Slots = 2, Version = "1",
                StartedAt = host.Time.GetUtcNow(), SeenAt = host.Time.GetUtcNow().AddDays(1),
            }));
        }
    }
}
