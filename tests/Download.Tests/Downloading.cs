using EventTorrent.Contracts;
using EventTorrent.TestKit;
using EventTorrent.Workers.Download;

namespace EventTorrent.Download.Tests;

public sealed class Downloading : IAsyncDisposable
{
    private const int MiB = 1024 * 1024;

    private readonly TempDirectory _volume = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _volume.DisposeAsync();

    [Fact]
    public async Task The_videos_and_their_subtitles_come_whole_and_nothing_else_is_left()
    {
        await using var content = await Content.FolderAsync(
            null, ("a film.MKV", 2 * MiB + 77), ("a film.srt", 30_000), ("cover.jpg", 200_000), ("sample.mkv", 100_000));
        await using var seed = new ScriptedPeer(content.Torrent);
        await using var worker = Worker.Start(_volume.FullPath);
        using var recorder = new Recorder();

        var outcome = await worker.RunAsync(content.Torrent, [seed.Endpoint], recorder, metadataIsKnown: false);

        Assert.Equal([0], Assert.IsType<DownloadOutcome.Completed>(outcome).Videos);
        Assert.Equal(["0.mkv", "1.srt"], worker.FilesOf(content.Torrent));
        await content.AssertSameAsync(worker.PathOf(content.Torrent, "0.mkv"), 0, Cancellation);
        await content.AssertSameAsync(worker.PathOf(content.Torrent, "1.srt"), 1, Cancellation);
        Assert.Equal("folder", recorder.Metadata?.Name);
        Assert.InRange(recorder.Last!.DoneBytes, 2 * MiB, content.Torrent.TotalBytes);
        Assert.NotEmpty(recorder.Detail!.Map!);
        Assert.All(recorder.Detail!.Map!, part => Assert.Equal(255, part));
    }

    [Theory]
    [InlineData("transmission")]
    [InlineData("aria2")]
    [InlineData("aria2, encrypted only")]
    public async Task Clients_of_others_serve_it(string client)
    {
        await using var content = await Content.FilmAsync(3 * MiB + 5, Cancellation, 256 * 1024);
        await using Seeder seeder = client.StartsWith("aria2", StringComparison.Ordinal)
            ? await AriaSeeder.StartAsync(content.Torrent, Cancellation, new SeederOptions { EncryptedOnly = client != "aria2" })
            : await TransmissionSeeder.StartAsync(content.Torrent, Cancellation);
        await using var worker = Worker.Start(_volume.FullPath);

        Assert.IsType<DownloadOutcome.Completed>(await worker.RunAsync(content.Torrent, [seeder.Endpoint]));

        await content.AssertSameAsync(worker.PathOf(content.Torrent, "0.mkv"), 0, Cancellation);
    }

    [Fact]
    public async Task Names_that_lead_out_of_the_volume_lead_nowhere()
    {
        string[] outside = ["..", "..", "evil.mkv"];
        await using var content = await Content.FolderAsync(
            info => ((Dictionary<string, object>)((List<object>)info["files"])[0])["path"] = outside.ToList(),
            ("a.mkv", 300_000), ("b.mkv", 200_000));
        await using var seed = new ScriptedPeer(content.Torrent);
        await using var worker = Worker.Start(_volume.CreateDirectory("volume"));

        Assert.IsType<DownloadOutcome.Completed>(await worker.RunAsync(content.Torrent, [seed.Endpoint]));

        Assert.Equal(["0.mkv", "1.mkv"], worker.FilesOf(content.Torrent));
        Assert.Equal(["volume"], Directory.EnumerateFileSystemEntries(_volume.FullPath).Select(path => Path.GetFileName(path)));
        Assert.Equal([content.Torrent.Infohash], Directory.EnumerateFileSystemEntries(_volume["volume"]).Select(path => Path.GetFileName(path)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Empty_files_are_not_made_under_their_own_names(bool metadataIsKnown)
    {
        await using var content = await Content.FolderAsync(null, ("a film.mkv", 300_000), ("a film.srt", 0), ("empty.txt", 0), ("in/empty.nfo", 0));
        await using var seed = new ScriptedPeer(content.Torrent);
        await using var worker = Worker.Start(_volume.FullPath);

        Assert.IsType<DownloadOutcome.Completed>(await worker.RunAsync(content.Torrent, [seed.Endpoint], metadataIsKnown: metadataIsKnown));

        Assert.Equal(["0.mkv"], worker.FilesOf(content.Torrent));
    }

    [Fact]
    public async Task A_lying_peer_costs_its_bytes_and_spoils_nothing()
    {
        await using var content = await Content.FilmAsync(MiB, Cancellation);
        await using var liar = new ScriptedPeer(content.Torrent, new PeerBehaviour { FlipsBytes = true });
        await using var honest = new ScriptedPeer(content.Torrent, new PeerBehaviour { BytesPerSecond = 400_000 });
        await using var worker = Worker.Start(_volume.FullPath);
        using var recorder = new Recorder();

        Assert.IsType<DownloadOutcome.Completed>(await worker.RunAsync(content.Torrent, [liar.Endpoint, honest.Endpoint], recorder));

        await content.AssertSameAsync(worker.PathOf(content.Torrent, "0.mkv"), 0, Cancellation);
        Assert.True(recorder.Last!.WastedBytes > 0);
    }

    [Fact]
    public async Task A_limit_of_the_torrent_holds()
    {
        await using var content = await Content.FilmAsync(2 * MiB, Cancellation);
        await using var seed = new ScriptedPeer(content.Torrent);
        await using var worker = Worker.Start(_volume.FullPath, ("Downloads:TorrentDownBytesPerSecond", "700000"));
        var clock = System.Diagnostics.Stopwatch.StartNew();

        Assert.IsType<DownloadOutcome.Completed>(await worker.RunAsync(content.Torrent, [seed.Endpoint]));

        Assert.True(clock.Elapsed > TimeSpan.FromSeconds(1.5), $"{clock.Elapsed}");
    }

    [Fact]
    public async Task The_next_slice_goes_on_with_the_connections_of_the_one_before()
    {
        await using var content = await Content.FilmAsync(MiB, Cancellation);
        await using var seed = new ScriptedPeer(content.Torrent, new PeerBehaviour { BytesPerSecond = 150_000 });
        await using var worker = Worker.Start(_volume.FullPath);
        using var recorder = new Recorder { WaitForBytes = 64 * 1024 };
        var first = worker.RunAsync(content.Torrent, [seed.Endpoint], recorder);
        await recorder.Reached.WaitAsync(TimeSpan.FromMinutes(2), Cancellation);
        await recorder.Slice.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);

        Assert.IsType<DownloadOutcome.Completed>(await worker.RunAsync(content.Torrent, [seed.Endpoint], resumeData: recorder.Checkpoint));

        Assert.Equal((1, content.Torrent.TotalBytes), (seed.Connections, seed.SentBytes));
        await content.AssertSameAsync(worker.PathOf(content.Torrent, "0.mkv"), 0, Cancellation);
    }

    [Fact]
    public async Task A_complete_torrent_is_seeded_only_when_that_is_asked_for()
    {
        await using var content = await Content.FilmAsync(300_000, Cancellation);
        await using var seed = new ScriptedPeer(content.Torrent);
        await using var plain = Worker.Start(_volume.CreateDirectory("one"));
        await using var seeding = Worker.Start(_volume.CreateDirectory("two"), ("Downloads:SeedTime", "01:00:00"));

        await plain.RunAsync(content.Torrent, [seed.Endpoint]);
        await seeding.RunAsync(content.Torrent, [seed.Endpoint]);

        Assert.Null(plain.Kept.Take(content.Torrent.Infohash));
        await using var kept = seeding.Kept.Take(content.Torrent.Infohash);
        Assert.NotNull(kept);
    }

    [Fact]
    public async Task What_is_over_the_quota_or_no_video_is_refused_by_name()
    {
        await using var large = await Content.FilmAsync(2 * MiB, Cancellation);
        await using var text = await Content.FolderAsync(null, ("read.me", 5000), ("a.srt", 5000));
        await using var worker = Worker.Start(_volume.FullPath, ("Downloads:MaxTaskMiB", "1"));

        Assert.Equal(FailureKind.OverQuota, Assert.IsType<DownloadOutcome.Failed>(await worker.RunAsync(large.Torrent, [])).Kind);
        Assert.Equal(FailureKind.NoVideoFile, Assert.IsType<DownloadOutcome.Failed>(await worker.RunAsync(text.Torrent, [])).Kind);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_volume.FullPath));
    }
}
