using System.Diagnostics;
using EventTorrent.TestKit;

namespace EventTorrent.Torrents.Tests;

public sealed class LifetimeTests
{
    private const int MiB = 1024 * 1024;

    private static readonly TimeSpan Prompt = TimeSpan.FromSeconds(5);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Memory_above_the_cap_fails_by_name_and_the_session_lives()
    {
        await using var content = await TestContent.CreateAsync(24 * MiB, MiB, Token);
        await using var seed = new ScriptedPeer(content.Torrent);
        await using var engine = LocalEngine.Start(o => o.MemoryMiB = 16);
        await using var torrent = await engine.JoinAsync(content.Torrent, Token, seed.Endpoint);
        await torrent.FetchAsync([new ByteRange(0, 10 * MiB)], VerificationPolicy.Blocks, Token);

        var failure = await Assert.ThrowsAsync<TorrentException>(() => torrent.FetchAsync([new ByteRange(10 * MiB, 8 * MiB)], VerificationPolicy.Blocks, Token));
        var large = await Assert.ThrowsAsync<TorrentException>(() => torrent.FetchAsync([new ByteRange(0, 24 * MiB)], VerificationPolicy.Pieces, Token));

        Assert.Equal(TorrentErrorKind.OutOfMemoryBudget, failure.Kind);
        Assert.Equal(TorrentErrorKind.OutOfMemoryBudget, large.Kind);
        await torrent.FetchAsync([new ByteRange(10 * MiB, 4 * MiB)], VerificationPolicy.Pieces, Token);
        await torrent.AssertSameAsync(content.Torrent, [new ByteRange(10 * MiB, 4 * MiB)], verified: true, Token);
        Assert.Equal(14 * MiB, engine.MemoryBytes);
    }

    [Fact]
    public async Task Memory_returns_to_zero_when_a_torrent_is_left()
    {
        await using var content = await TestContent.CreateAsync(8 * MiB + 5, MiB, Token);
        await using var seed = new ScriptedPeer(content.Torrent, new PeerBehaviour { StallsAfterBlocks = 200 });
        await using var engine = LocalEngine.Start();
        var torrent = await engine.JoinAsync(content.Torrent, Token, seed.Endpoint);
        await torrent.FetchAsync([new ByteRange(8 * MiB - 100, 105), new ByteRange(0, MiB)], VerificationPolicy.Pieces, Token);
        Assert.Equal(2 * MiB + 5, engine.MemoryBytes);
        var endless = torrent.FetchAsync([new ByteRange(0, 8 * MiB)], VerificationPolicy.Blocks, Token);

        await torrent.DisposeAsync();

        Assert.Equal(0, engine.MemoryBytes);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => endless);
    }

    [Fact]
    public async Task A_cancelled_fetch_gives_its_memory_back()
    {
        await using var content = await TestContent.CreateAsync(8 * MiB, MiB, Token);
        await using var silent = new ScriptedPeer(content.Torrent, new PeerBehaviour { StallsAfterBlocks = 0 });
        await using var engine = LocalEngine.Start();
        await using var torrent = await engine.JoinAsync(content.Torrent, Token, silent.Endpoint);
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var fetch = torrent.FetchAsync([new ByteRange(0, 4 * MiB)], VerificationPolicy.Blocks, cancel.Token);
        await silent.WaitForAsync(PeerMessageKind.Request, LocalEngine.Patience, Token);
        Assert.Equal(4 * MiB, engine.MemoryBytes);

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => fetch.WaitAsync(Prompt, Token));
        await silent.WaitForAsync(PeerMessageKind.Cancel, LocalEngine.Patience, Token);
        await Poll.UntilAsync("memory is free", () => engine.MemoryBytes == 0, Prompt, Token);
    }

    [Fact]
    public async Task Waiting_for_metadata_ends_at_once_when_cancelled()
    {
        await using var engine = LocalEngine.Start();
        await using var torrent = await engine.AddAsync(new TorrentSource.Infohash(new string('a', 40)), new AddTorrentOptions(), Token);
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var wait = torrent.GetMetadataAsync(TimeSpan.FromMinutes(5), cancel.Token);

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait.WaitAsync(Prompt, Token));
    }

    [Fact]
    public async Task Disposing_the_engine_ends_every_wait()
    {
        await using var content = await TestContent.CreateAsync(MiB, MiB / 4, Token);
        await using var silent = new ScriptedPeer(content.Torrent, new PeerBehaviour { StallsAfterBlocks = 0 });
        var engine = LocalEngine.Start();
        var torrent = await engine.JoinAsync(content.Torrent, Token, silent.Endpoint);
        var unknown = await engine.AddAsync(new TorrentSource.Infohash(new string('b', 40)), new AddTorrentOptions(), Token);
        var fetch = torrent.FetchAsync([new ByteRange(0, 10)], VerificationPolicy.Blocks, Token);
        var metadata = unknown.GetMetadataAsync(TimeSpan.FromMinutes(5), Token);
        var clock = Stopwatch.StartNew();

        await engine.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => fetch.WaitAsync(Prompt, Token));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => metadata.WaitAsync(Prompt, Token));
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(10));
        await torrent.DisposeAsync();
        await unknown.DisposeAsync();
    }

    [Fact]
    public async Task A_fetch_before_the_metadata_and_a_read_before_the_fetch_are_refused()
    {
        await using var content = await TestContent.CreateAsync(MiB, MiB / 4, Token);
        await using var engine = LocalEngine.Start();
        await using var unknown = await engine.AddAsync(new TorrentSource.Infohash(new string('c', 40)), new AddTorrentOptions(), Token);
        await using var known = await engine.AddKnownAsync(content.Torrent, Token);
        var metadata = await known.GetMetadataAsync(LocalEngine.Patience, Token);

        await Assert.ThrowsAsync<InvalidOperationException>(() => unknown.FetchAsync([new ByteRange(0, 1)], VerificationPolicy.Blocks, Token));
        await Assert.ThrowsAsync<ArgumentException>(() => known.FetchAsync([new ByteRange(MiB, 1)], VerificationPolicy.Blocks, Token));
        var read = await Assert.ThrowsAsync<TorrentException>(async () => await known.ReadAsync(0, new byte[1], Token));
        Assert.Equal(TorrentErrorKind.NotFetched, read.Kind);
        Assert.Equal(content.Torrent.Infohash, metadata.InfohashV1);
        Assert.Equal(0, known.Progress.MetadataBytes);
    }
}
