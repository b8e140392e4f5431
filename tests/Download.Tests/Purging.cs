using EventTorrent.TestKit;
using EventTorrent.Workers.Download;

namespace EventTorrent.Download.Tests;

/// <summary>What is to be removed goes, and never what somebody has begun since.</summary>
public sealed class Purging : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly TempDirectory _volume = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _volume.DisposeAsync();

    [Fact]
    public async Task What_has_the_mark_goes_and_nothing_stays()
    {
        await using var content = await Content.FilmAsync(300_000, Cancellation);
        await using var worker = Worker.Start(_volume.FullPath);
        await FetchAsync(worker, content);
        var mark = worker.MarkOf(content.Torrent)!;

        Assert.Equal(mark, await worker.Purge.RemoveAsync(content.Torrent.Infohash, new string('0', 32), Cancellation));
        Assert.Equal(["0.mkv"], worker.FilesOf(content.Torrent));
        Assert.Null(await worker.Purge.RemoveAsync(content.Torrent.Infohash, mark, Cancellation));

        Assert.Empty(Directory.EnumerateFileSystemEntries(_volume.FullPath));
    }

    [Fact]
    public async Task What_is_wanted_again_while_it_is_removed_is_whole_in_the_end()
    {
        await using var one = Worker.Start(_volume.FullPath);
        await using var other = Worker.Start(_volume.FullPath);
        await Task.WhenAll(Enumerable.Range(0, 6).Select(PurgeAndFetchAsync)).WaitAsync(Patience, Cancellation);

        async Task PurgeAndFetchAsync(int round)
        {
            await using var content = await Content.FilmAsync(300_000, Cancellation);
            await FetchAsync(one, content);
            var infohash = content.Torrent.Infohash;
            var mark = one.MarkOf(content.Torrent)!;

            // Before, while and after: each in its turn.
            var purge = round % 3 == 1 ? one.Purge.RemoveAsync(infohash, mark, Cancellation) : Task.CompletedTask;
            var again = Task.Run(() => FetchAsync(other, content), Cancellation);
            await (round % 3 == 2 ? again : Task.CompletedTask);
            await Task.WhenAll(purge, again, one.Purge.RemoveAsync(infohash, mark, Cancellation), other.Purge.RemoveAsync(infohash, mark, Cancellation));

            await content.AssertSameAsync(one.PathOf(content.Torrent, "0.mkv"), 0, Cancellation);
            Assert.NotEqual(mark, one.MarkOf(content.Torrent));
        }
    }

    [Fact]
    public async Task A_slice_that_goes_on_with_a_kept_transfer_leaves_another_mark()
    {
        await using var content = await Content.FilmAsync(1024 * 1024, Cancellation);
        await using var seed = new ScriptedPeer(content.Torrent, new PeerBehaviour { BytesPerSecond = 300_000 });
        await using var worker = Worker.Start(_volume.FullPath);
        using var recorder = new Recorder { WaitForBytes = Content.PieceLengthBytes };
        var first = worker.RunAsync(content.Torrent, [seed.Endpoint], recorder);
        await recorder.Reached.WaitAsync(Patience, Cancellation);
        await recorder.Slice.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        var mark = worker.MarkOf(content.Torrent)!;

        var second = worker.RunAsync(content.Torrent, [seed.Endpoint], resumeData: recorder.Checkpoint);
        var removed = worker.Purge.RemoveAsync(content.Torrent.Infohash, mark, Cancellation);

        Assert.IsType<DownloadOutcome.Completed>(await second);
        Assert.Equal(worker.MarkOf(content.Torrent), await removed);
        await content.AssertSameAsync(worker.PathOf(content.Torrent, "0.mkv"), 0, Cancellation);
    }

    [Fact]
    public async Task Who_holds_a_directory_is_waited_for_and_a_kept_transfer_is_ended()
    {
        await using var content = await Content.FilmAsync(300_000, Cancellation);
        await using var worker = Worker.Start(_volume.FullPath, ("Downloads:SeedTime", "01:00:00"));
        await FetchAsync(worker, content);
        var path = Path.Combine(_volume.FullPath, content.Torrent.Infohash);
        var mark = worker.MarkOf(content.Torrent)!;
        using var holder = HeldDirectory.TryTake(path);
        Assert.NotNull(holder);

        var removed = worker.Purge.RemoveAsync(content.Torrent.Infohash, mark, Cancellation);
        Assert.True(File.Exists(worker.PathOf(content.Torrent, "0.mkv")));
        holder.Dispose();

        Assert.Null(await removed.WaitAsync(Patience, Cancellation));
        Assert.Null(worker.Kept.Take(content.Torrent.Infohash));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_volume.FullPath));
    }

    [Fact]
    public async Task What_somebody_makes_there_without_a_mark_goes_too()
    {
        await using var content = await Content.FilmAsync(300_000, Cancellation);
        await using var worker = Worker.Start(_volume.FullPath);
        await FetchAsync(worker, content);
        var path = Path.Combine(_volume.FullPath, content.Torrent.Infohash);

        var removed = worker.Purge.RemoveAsync(content.Torrent.Infohash, worker.MarkOf(content.Torrent)!, Cancellation);
        await Poll.UntilAsync("it is gone", () => !Directory.Exists(path), Patience, Cancellation);
        Directory.CreateDirectory(Path.Combine(path, "0.hls.tmp"));

        Assert.Null(await removed.WaitAsync(Patience, Cancellation));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_volume.FullPath));
    }

    [Fact]
    public async Task What_a_killed_process_was_about_to_remove_is_removed_by_the_next()
    {
        await using var content = await Content.FilmAsync(300_000, Cancellation);
        await using var worker = Worker.Start(_volume.FullPath);
        foreach (var infohash in new[] { content.Torrent.Infohash, new string('a', 40) })
        {
            Directory.CreateDirectory(Path.Combine(_volume.FullPath, $"purged-{infohash}-{Guid.NewGuid():N}", "0.hls"));
        }

        Assert.Null(await worker.Purge.RemoveAsync(content.Torrent.Infohash, BegunMark.None, Cancellation));
        Assert.Single(Directory.EnumerateFileSystemEntries(_volume.FullPath));
        worker.Purge.EmptyTrash();

        Assert.Empty(Directory.EnumerateFileSystemEntries(_volume.FullPath));
    }

    [Fact]
    public async Task A_directory_that_comes_and_goes_is_never_held_by_two()
    {
        var path = Path.Combine(_volume.FullPath, new string('a', 40));
        var (holders, turns) = (0, 0);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(Compete, Cancellation))).WaitAsync(Patience, Cancellation);

        Assert.True(turns > 0);
        Assert.False(Directory.Exists(path));

        void Compete()
        {
            for (var round = 0; round < 200; round++)
            {
                using var held = HeldDirectory.TryTake(path);
                if (held is null)
                {
                    continue;
                }

                Assert.Equal(1, Interlocked.Increment(ref holders));
                held.Begin();
                Interlocked.Increment(ref turns);
                Assert.Equal(0, Interlocked.Decrement(ref holders));
            }
        }
    }

    private static async Task FetchAsync(Worker worker, Content content)
    {
        await using var seed = new ScriptedPeer(content.Torrent);
        Assert.IsType<DownloadOutcome.Completed>(await worker.RunAsync(content.Torrent, [seed.Endpoint]));
    }
}
