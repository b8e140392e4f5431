using EventTorrent.Contracts;
using EventTorrent.Storage.Model;

namespace EventTorrent.Sagas.Tests;

/// <summary>What is kept of what workers say that they have.</summary>
public abstract class Details(Flavour flavour)
{
    public sealed class Embedded() : Details(Flavour.Embedded);

    public sealed class Distributed() : Details(Flavour.Distributed);

    [Fact]
    public async Task Of_pictures_the_most_is_kept_over_attempts()
    {
        await using var host = await SagaHost.StartAsync(flavour);
        var infohash = await host.SubmitAsync(shots: 1);
        var first = await host.NextCommandAsync();
        await host.PublishAsync(first.Started());
        await host.PublishAsync(first.Metadata(Reports.Film()));
        await host.PublishAsync(first.Progressed(map: [255, 9, 0]));
        await UntilMapAsync(host, infohash, [255, 9, 0]);
        await host.PublishAsync(first.Failed(FailureKind.WorkerLost));

        var second = await host.NextCommandAsync();
        await host.PublishAsync(second.Progressed(map: [1, 30, 0]));
        await UntilMapAsync(host, infohash, [255, 30, 0]);
        await host.PublishAsync(second.Stored(0));
        await host.PublishAsync(second.Completed(1, map: [1, 30, 2]));

        await UntilMapAsync(host, infohash, [255, 30, 2]);
    }

    [Fact]
    public async Task Of_a_download_the_last_is_kept_and_one_that_says_nothing_or_too_much_changes_nothing()
    {
        await using var host = await SagaHost.StartAsync(flavour);
        await HearOfWorkersAsync(host);
        var infohash = await host.SubmitAsync(wants: Wants.Stream);
        var download = await host.NextDownloadAsync();
        await host.PublishAsync(download.Started());
        await host.PublishAsync(download.Metadata(Reports.Film()));
        await host.PublishAsync(download.Progressed(500, map: [255, 0]));
        await UntilMapAsync(host, infohash, [255, 0]);

        await host.PublishAsync(download.Progressed(400, map: [200, 3]));
        await UntilMapAsync(host, infohash, [200, 3]);
        foreach (var (done, map) in new (long, byte[]?)[] { (401, new byte[257]), (402, []), (403, null) })
        {
            await host.PublishAsync(download.Progressed(done, map: map));
            var task = await host.WaitForAsync(infohash, task => task.Items.Exists(item => item.DoneBytes == done));
            Assert.Equal<byte>([200, 3], task.Items.Single(item => item.Step == Step.Download).FetchedMap!);
        }
    }

    [Fact]
    public async Task A_swarm_is_kept_while_somebody_is_in_it_and_no_more_of_it_than_can_be_shown()
    {
        await using var host = await SagaHost.StartAsync(flavour);
        var infohash = await host.SubmitAsync(shots: 1);
        var command = await host.NextCommandAsync();
        await host.PublishAsync(command.Started());
        await host.PublishAsync(command.Metadata(Reports.Film()));
        var peer = new SwarmPeer("A client", 0.5, 10, 20, "seed,utp");
        var tracker = new SwarmTracker("http://tracker.example", "working", 3, null, "");

        await host.PublishAsync(command.Progressed() with
        {
            SwarmPeers = [peer with { Client = new string('x', 1000) }, .. Enumerable.Repeat(peer, 60)],
            Trackers = [tracker with { Message = new string('x', 1000) }, .. Enumerable.Repeat(tracker, 30)],
        });

        var task = await host.WaitForAsync(infohash, task => task.Items[0].SwarmPeers is not null);
        Assert.Equal(Enumerable.Repeat(peer, 50), task.Items[0].SwarmPeers);
        Assert.Equal(Enumerable.Repeat(tracker, 20), task.Items[0].Trackers);
        await host.PublishAsync(command.Stored(0));
        await host.PublishAsync(command.Completed(1));
        task = await host.WaitForAsync(infohash, TaskState.Completed);
        Assert.Equal((null, null), (task.Items[0].SwarmPeers, task.Items[0].Trackers));
    }

    [Fact]
    public async Task What_is_in_a_video_is_kept_as_far_as_it_can_be_shown()
    {
        await using var host = await SagaHost.StartAsync(flavour);
        await HearOfWorkersAsync(host);
        var infohash = await host.SubmitAsync(wants: Wants.Stream);
        var download = await host.NextDownloadAsync();
        await host.PublishAsync(download.Started());
        await host.PublishAsync(download.Metadata(Reports.Film()));
        await host.WaitForAsync(infohash, TaskState.Downloading);
        await host.PublishAsync(download.Completed(0));
        var transcode = await host.NextTranscodeAsync();
        var video = new MediaStream("video", "hevc", 3840, 2160, 23.976, 10, "pq", null, null, null, "en");

        await host.PublishAsync(transcode.Cut(2, [1], video, video with { Kind = "picture" }, video with { Codec = new string('x', 1000) }));

        var task = await host.WaitForAsync(infohash, task => task.Items.Exists(item => item.Streams is not null));
        Assert.Equal([video], task.Items.Single(item => item is { Step: Step.Transcode, Part: null }).Streams);
        Assert.All(task.Items.Where(item => item.Part is not null), part => Assert.Null(part.Streams));
    }

    private static async Task HearOfWorkersAsync(SagaHost host)
    {
        foreach (var kind in new[] { Step.Download, Step.Transcode })
        {
            await host.ChangeAsync(db => db.Workers.Add(new WorkerRecord
            {
                Worker = $"{kind}", Host = "h", Kind = $"{kind}", Volume = Inbox.Volume, Slots = 2, Version = "1",
                StartedAt = host.Time.GetUtcNow(), SeenAt = host.Time.GetUtcNow().AddDays(1),
            }));
        }
    }

    private static Task<TorrentTask> UntilMapAsync(SagaHost host, Infohash infohash, byte[] map) =>
        host.WaitForAsync(infohash, task => task.Items.Exists(item => item.FetchedMap is { } kept && kept.SequenceEqual(map)));
}
