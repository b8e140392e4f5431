using EventTorrent.TestKit;
using EventTorrent.Workers.Download;

namespace EventTorrent.Download.Tests;

/// <summary>An attempt ends in the middle, and another goes on: with what is there, as far as it can be believed.</summary>
public sealed class Going_on : IAsyncDisposable
{
    private const int MiB = 1024 * 1024;
    private const int Half = MiB;

    /// <summary>What had come and was not hashed yet when the first attempt ended.</summary>
    private const int Unhashed = 4 * Content.PieceLengthBytes;

    private readonly Attempts _attempts = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _attempts.DisposeAsync();

    [Fact]
    public async Task On_the_same_volume_nothing_is_fetched_twice()
    {
        await using var content = await Content.FilmAsync(2 * MiB, Cancellation);
        await using var seed = new ScriptedPeer(content.Torrent);
        var checkpoint = await _attempts.BeginAsync(content, Half);

        await using var worker = Worker.Start(_attempts.Volume);
        using var recorder = new Recorder();
        Assert.IsType<DownloadOutcome.Completed>(await worker.RunAsync(content.Torrent, [seed.Endpoint], recorder, checkpoint));

        await content.AssertSameAsync(worker.PathOf(content.Torrent, "0.mkv"), 0, Cancellation);
        Assert.InRange(seed.SentBytes, content.Torrent.TotalBytes - Half, content.Torrent.TotalBytes - Half + Unhashed);
    }

    [Fact]
    public async Task A_file_that_was_changed_is_hashed_first()
    {
        await using var content = await Content.FilmAsync(2 * MiB, Cancellation);
        await using var seed = new ScriptedPeer(content.Torrent);
        var checkpoint = await _attempts.BeginAsync(content, Half);
        var path = Path.Combine(_attempts.Volume, content.Torrent.Infohash, "0.mkv");
        Spoil(path);

        await _attempts.CompleteAsync(content, seed, checkpoint);
    }

    [Fact]
    public async Task A_file_that_was_changed_and_hides_it_is_found_out_before_the_end()
    {
        await using var content = await Content.FilmAsync(2 * MiB, Cancellation);
        await using var seed = new ScriptedPeer(content.Torrent);
        var checkpoint = await _attempts.BeginAsync(content, Half);
        var path = Path.Combine(_attempts.Volume, content.Torrent.Infohash, "0.mkv");
        var time = File.GetLastWriteTimeUtc(path);
        Spoil(path);
        File.SetLastWriteTimeUtc(path, time);

        await _attempts.CompleteAsync(content, seed, checkpoint);
    }

    [Fact]
    public async Task Without_its_checkpoint_what_lies_there_is_hashed_and_kept()
    {
        await using var content = await Content.FilmAsync(2 * MiB, Cancellation);
        await using var seed = new ScriptedPeer(content.Torrent);
        await _attempts.BeginAsync(content, Half);

        await _attempts.CompleteAsync(content, seed, checkpoint: null);

        Assert.InRange(seed.SentBytes, content.Torrent.TotalBytes - Half, content.Torrent.TotalBytes - Half + Unhashed);
    }

    [Fact]
    public async Task What_an_earlier_life_of_the_task_left_needs_no_peer()
    {
        await using var content = await Content.FilmAsync(2 * MiB, Cancellation);
        await using (var earlier = Worker.Start(_attempts.Volume))
        {
            await using var seed = new ScriptedPeer(content.Torrent);
            Assert.IsType<DownloadOutcome.Completed>(await earlier.RunAsync(content.Torrent, [seed.Endpoint]));
        }

        await using var worker = Worker.Start(_attempts.Volume);
        Assert.IsType<DownloadOutcome.Completed>(await worker.RunAsync(content.Torrent, []));

        await content.AssertSameAsync(worker.PathOf(content.Torrent, "0.mkv"), 0, Cancellation);
    }

    [Fact]
    public async Task What_an_earlier_life_of_the_task_left_is_not_trusted()
    {
        await using var content = await Content.FilmAsync(2 * MiB, Cancellation);
        await using var seed = new ScriptedPeer(content.Torrent);
        await using (var earlier = Worker.Start(_attempts.Volume))
        {
            Assert.IsType<DownloadOutcome.Completed>(await earlier.RunAsync(content.Torrent, [seed.Endpoint]));
        }

        var sent = seed.SentBytes;
        await using var worker = Worker.Start(_attempts.Volume);
        var path = worker.PathOf(content.Torrent, "0.mkv");
        var time = File.GetLastWriteTimeUtc(path);
        await using (var file = File.OpenWrite(path))
        {
            file.Write(new byte[100]);
        }

        File.SetLastWriteTimeUtc(path, time);
        Assert.IsType<DownloadOutcome.Completed>(await worker.RunAsync(content.Torrent, [seed.Endpoint]));

        await content.AssertSameAsync(path, 0, Cancellation);
        // The piece that was spoilt, and nothing like the whole.
        Assert.InRange(seed.SentBytes - sent, Content.PieceLengthBytes, MiB);
    }

    [Fact]
    public async Task Another_volume_starts_clean()
    {
        await using var content = await Content.FilmAsync(2 * MiB, Cancellation);
        await using var seed = new ScriptedPeer(content.Torrent);
        var checkpoint = await _attempts.BeginAsync(content, Half);
        await using var elsewhere = new TempDirectory();
        await using var worker = Worker.StartOn("v2", elsewhere.FullPath);

        Assert.IsType<DownloadOutcome.Completed>(await worker.RunAsync(content.Torrent, [seed.Endpoint], resumeData: checkpoint));

        await content.AssertSameAsync(worker.PathOf(content.Torrent, "0.mkv"), 0, Cancellation);
        Assert.Equal(content.Torrent.TotalBytes, seed.SentBytes);
    }

    /// <summary>Other bytes everywhere, also where no piece is yet.</summary>
    private static void Spoil(string path)
    {
        var bytes = File.ReadAllBytes(path);
        for (var at = 0; at < bytes.Length; at += 10_000)
        {
            bytes[at] ^= 0x55;
        }

        File.WriteAllBytes(path, bytes);
    }
}
