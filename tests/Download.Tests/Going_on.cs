using EventTorrent.TestKit;
using EventTorrent.Workers.Download;

namespace EventTorrent.Download.Tests;

/// <summary>An attempt ends in the middle, and another goes on: with what is there, as far as it can be believed.</summary>
public sealed class Going_on : IAsyncDisposable
{
    private const int MiB = 1024 * 1024;
    private const int Half = MiB;

    private readonly TempDirectory _volume = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _volume.DisposeAsync();

    [Fact]
    public async Task On_the_same_volume_nothing_is_fetched_twice()
    {
        await using var content = await Content.FilmAsync(2 * MiB, Cancellation);
        await using var seed = new ScriptedPeer(content.Torrent, new PeerBehaviour { BytesPerSecond = 700_000 });
        var checkpoint = await HalfAsync(content, seed);
        var sent = seed.SentBytes;

        await using var worker = Worker.Start(_volume.FullPath);
        using var recorder = new Recorder();
        Assert.IsType<DownloadOutcome.Completed>(await worker.RunAsync(content.Torrent, [seed.Endpoint], recorder, checkpoint));

        await content.AssertSameAsync(worker.PathOf(content.Torrent, "0.mkv"), 0, Cancellation);
        // What was on its way when it ended is all that may come again.
        Assert.InRange(seed.SentBytes - sent, 1, content.Torrent.TotalBytes - Half + (64 * 16 * 1024));
    }

    [Fact]
    public async Task A_file_that_was_changed_is_hashed_first()
    {
        await using var content = await Content.FilmAsync(2 * MiB, Cancellation);
        await using var seed = new ScriptedPeer(content.Torrent, new PeerBehaviour { BytesPerSecond = 700_000 });
        var checkpoint = await HalfAsync(content, seed);
        var path = Path.Combine(_volume.FullPath, content.Torrent.Infohash, "0.mkv");
        Spoil(path);

        await AssertCompletesAsync(content, seed, checkpoint);
    }

    [Fact]
    public async Task A_file_that_was_changed_and_hides_it_is_found_out_before_the_end()
    {
        await using var content = await Content.FilmAsync(2 * MiB, Cancellation);
        await using var seed = new ScriptedPeer(content.Torrent, new PeerBehaviour { BytesPerSecond = 700_000 });
        var checkpoint = await HalfAsync(content, seed);
        var path = Path.Combine(_volume.FullPath, content.Torrent.Infohash, "0.mkv");
        var time = File.GetLastWriteTimeUtc(path);
        Spoil(path);
        File.SetLastWriteTimeUtc(path, time);

        await AssertCompletesAsync(content, seed, checkpoint);
    }

    [Fact]
    public async Task Without_its_checkpoint_what_lies_there_is_hashed_and_kept()
    {
        await using var content = await Content.FilmAsync(2 * MiB, Cancellation);
        await using var seed = new ScriptedPeer(content.Torrent, new PeerBehaviour { BytesPerSecond = 700_000 });
        await HalfAsync(content, seed);
        var sent = seed.SentBytes;

        await AssertCompletesAsync(content, seed, checkpoint: null);

        Assert.InRange(seed.SentBytes - sent, 1, content.Torrent.TotalBytes - Half + (64 * 16 * 1024));
    }

    [Fact]
    public async Task Another_volume_starts_clean()
    {
        await using var content = await Content.FilmAsync(2 * MiB, Cancellation);
        await using var seed = new ScriptedPeer(content.Torrent, new PeerBehaviour { BytesPerSecond = 700_000 });
        var checkpoint = await HalfAsync(content, seed);
        var sent = seed.SentBytes;
        await using var elsewhere = new TempDirectory();
        await using var worker = Worker.StartOn("v2", elsewhere.FullPath);

        Assert.IsType<DownloadOutcome.Completed>(await worker.RunAsync(content.Torrent, [seed.Endpoint], resumeData: checkpoint));

        await content.AssertSameAsync(worker.PathOf(content.Torrent, "0.mkv"), 0, Cancellation);
        Assert.True(seed.SentBytes - sent >= content.Torrent.TotalBytes);
    }

    [Theory]
    [InlineData("cut")]
    [InlineData("flipped")]
    [InlineData("of another torrent")]
    [InlineData("noise")]
    public async Task A_checkpoint_that_is_damaged_is_not_believed(string damage)
    {
        await using var content = await Content.FilmAsync(MiB, Cancellation);
        await using var other = await Content.FilmAsync(MiB, Cancellation);
        await using var seed = new ScriptedPeer(content.Torrent, new PeerBehaviour { BytesPerSecond = 700_000 });
        seed.Add(other.Torrent);
        var checkpoint = await HalfAsync(content, seed, MiB / 4);
        checkpoint = damage switch
        {
            "cut" => checkpoint[..(checkpoint.Length / 2)],
            "flipped" => [.. checkpoint.Select((value, at) => at == checkpoint.Length / 2 ? (byte)~value : value)],
            "noise" => [1, 2, 3],
            // Of the right name, volume and files, with the engine's words of the other.
            _ => (Checkpoint.TryParse(checkpoint)! with { Engine = Checkpoint.TryParse(await HalfAsync(other, seed, MiB / 4))!.Engine }).ToBytes(),
        };

        await AssertCompletesAsync(content, seed, checkpoint);
    }

    private async Task<byte[]> HalfAsync(Content content, ScriptedPeer seed, long bytes = Half)
    {
        await using var worker = Worker.Start(_volume.FullPath);
        return await worker.RunUntilAsync(content.Torrent, bytes, seed.Endpoint);
    }

    private async Task AssertCompletesAsync(Content content, ScriptedPeer seed, byte[]? checkpoint)
    {
        await using var worker = Worker.Start(_volume.FullPath);
        Assert.IsType<DownloadOutcome.Completed>(await worker.RunAsync(content.Torrent, [seed.Endpoint], resumeData: checkpoint));
        await content.AssertSameAsync(worker.PathOf(content.Torrent, "0.mkv"), 0, Cancellation);
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
