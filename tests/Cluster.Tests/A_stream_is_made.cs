using System.Globalization;
using EventTorrent.TestKit;

namespace EventTorrent.Cluster.Tests;

/// <summary>Workers of two kinds on one volume make a stream, and the one that is at work dies; a viewer watches it, though hub and node die too.</summary>
public class A_stream_is_made
{
    private const int Seconds = 24;
    private const int FramesPerSecond = 25;

    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(3);

    private static readonly ClusterOptions Workers = new()
    {
        DownloadWorkers = 2,
        TranscodeWorkers = 2,
        Signalings = 2,
        Nodes = 1,
        Settings = new Dictionary<string, string>
        {
            ["Volume:ReserveMiB"] = "0",
            ["Downloads:ProgressInterval"] = "00:00:00.500",
            ["Downloads:CheckpointInterval"] = "00:00:01",
            ["Transcodes:ProgressInterval"] = "00:00:00.500",
            // Parts that take a second or so each.
            ["Hls:Chunk"] = "00:00:06",
            ["Hls:Preset"] = "medium",
            ["Hls:Threads"] = "1",
        },
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Though_a_worker_of_each_kind_is_killed_in_the_middle_of_its_work()
    {
        Assert.SkipWhen(LocalCluster.Missing is not null, LocalCluster.Missing ?? "");
        Assert.SkipWhen(NodeProgram.Missing is not null, NodeProgram.Missing ?? "");
        await using var directory = new TempDirectory();
        var film = await MakeFilmAsync(directory);
        await using var swarm = new LocalSwarm();
        swarm.Add(film);
        swarm.AddPeer(new PeerBehaviour { BytesPerSecond = (int)(film.TotalBytes / 8) });
        await using var cluster = await LocalCluster.StartAsync(Workers, Token);

        await cluster.Door.SubmitForStreamAsync(swarm.Magnet(film), Token);
        await KillWorkerAsync(cluster, cluster.DownloadWorkers, $"step = 'Download' AND done_bytes > {film.TotalBytes / 4}");
        await KillWorkerAsync(cluster, cluster.TranscodeWorkers, "step = 'Transcode' AND part > 0");
        var task = await cluster.Door.WaitForEndAsync(film.Infohash, Deadline, Token);

        Assert.Equal("Playable", task.GetProperty("state").GetString());
        var stream = Path.Combine(cluster.VolumeDirectory, film.Infohash, "0.hls");
        Assert.False(Directory.Exists(stream + ".tmp"));
        var frames = await ToolProcess.RunAsync(
            "ffprobe",
            ["-v", "error", "-count_frames", "-select_streams", "v:0", "-show_entries", "stream=nb_read_frames", "-of", "default=nw=1:nk=1", Path.Combine(stream, "v0.m3u8")],
            Deadline, Token);
        Assert.StartsWith((Seconds * FramesPerSecond).ToString(CultureInfo.InvariantCulture), frames, StringComparison.Ordinal);
        Assert.NotEqual(0L, await cluster.Database.ReadOneAsync("SELECT count(*) FROM work_items WHERE part IS NOT NULL AND lease > 1", Token));
        // A download goes on with what is on the volume.
        Assert.InRange(await swarm.CountSentBytesAsync(film, Token), film.TotalBytes, film.TotalBytes * 3 / 2);
        await AssertServedAsync(cluster, film.Infohash, stream);
        cluster.Nodes.Single().Kill();
        cluster.Signalings.First().Kill();
        await Poll.UntilAsync("both are started again", () => cluster.Nodes.Concat(cluster.Signalings.Take(1)).All(process => process.Starts > 1), Deadline, Token);
        await AssertServedAsync(cluster, film.Infohash, stream);
        Assert.Empty(await cluster.StopAsync());
    }

    /// <summary>A playlist and a segment come to a viewer as they lie on the volume.</summary>
    private static async Task AssertServedAsync(LocalCluster cluster, string infohash, string stream)
    {
        string[] names = ["master.m3u8", Path.GetFileName(Directory.GetFiles(stream, "v0*.ts").Order(StringComparer.Ordinal).First())];

        var served = await StreamViewer.GetAsync(cluster.Apis.First().Url, infohash, names, Deadline, Token, () => cluster.Nodes.Single().Log);

        Assert.Equal(await StreamViewer.HashAsync(stream, names, Token), served);
    }

    /// <summary>One that no browser plays as it is.</summary>
    private static async Task<TestTorrent> MakeFilmAsync(TempDirectory directory)
    {
        var path = directory["film.mkv"];
        await ToolProcess.RunAsync(
            "ffmpeg",
            [
                "-nostdin", "-v", "error", "-f", "lavfi", "-i", FormattableString.Invariant($"testsrc2=s=480x270:r={FramesPerSecond}:d={Seconds},noise=alls=8:allf=t"),
                "-f", "lavfi", "-i", FormattableString.Invariant($"sine=440:r=48000:d={Seconds}"), "-c:v", "mpeg4", "-b:v", "800k", "-c:a", "aac", path,
            ],
            Deadline, Token);
        return await new TorrentBuilder { PieceLengthBytes = 64 * 1024 }.BuildAsync(path, Token);
    }

    /// <summary>Kills the process that runs such an item: its name holds the process id. It is started again.</summary>
    private static async Task KillWorkerAsync(LocalCluster cluster, IEnumerable<ClusterProcess> workers, string condition)
    {
        ClusterProcess? victim = null;
        await Poll.UntilAsync(
            $"somebody works where {condition}",
            async token =>
            {
                var name = (string?)await cluster.Database.ReadOneAsync($"SELECT worker FROM work_items WHERE state = 'Running' AND {condition} LIMIT 1", token);
                return (victim = workers.SingleOrDefault(worker => name?.Split('-')[^2] == worker.Pid?.ToString(CultureInfo.InvariantCulture))) is not null;
            },
            Deadline, Token);
        victim!.Kill();
        await Poll.UntilAsync("it is dead", () => victim.Starts == 2, Deadline, Token);
    }
}
