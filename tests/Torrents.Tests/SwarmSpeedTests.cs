using System.Diagnostics;
using EventTorrent.TestKit;

namespace EventTorrent.Torrents.Tests;

/// <summary>How soon scattered ranges are here. The limits are for a busy machine; the figures stand in the output.</summary>
public sealed class SwarmSpeedTests
{
    private const int MiB = 1024 * 1024;
    private const int KiB = 1024;
    private const int Rounds = 7;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Ten_ranges_of_a_qbittorrent_seed_are_here_soon_after_the_metadata()
    {
        await using var content = await TestContent.CreateAsync(64 * MiB, 4 * MiB, Token);
        await using var seeder = await QBittorrentSeeder.StartAsync(content.Torrent, Token);
        var ranges = LocalEngine.Scattered(content.Torrent, 10, 200_000);
        var times = new List<TimeSpan>();
        await using var engine = LocalEngine.Start();
        for (var round = 0; round < Rounds; round++)
        {
            var start = Stopwatch.GetTimestamp();
            await using var torrent = await engine.JoinAsync(content.Torrent, Token, seeder.Endpoint);
            var metadata = Stopwatch.GetTimestamp();
            await torrent.FetchAsync(ranges, VerificationPolicy.Blocks, Token);
            times.Add(Stopwatch.GetElapsedTime(metadata));
            TestContext.Current.TestOutputHelper?.WriteLine(
                $"metadata after {Stopwatch.GetElapsedTime(start, metadata).TotalMilliseconds:0} ms, ten ranges {times[^1].TotalMilliseconds:0} ms later");
        }

        times.Sort();

        Assert.InRange(times[Rounds / 2], TimeSpan.Zero, TimeSpan.FromSeconds(3));
    }

    [Fact]
    public async Task Unequal_peers_and_a_frozen_one_finish_with_few_duplicates()
    {
        await using var content = await TestContent.CreateAsync(64 * MiB, 4 * MiB, Token);
        await using var frozen = await QBittorrentSeeder.StartAsync(content.Torrent, Token);
        var peers = ((int[])[100, 200, 400, 800]).Select(rate => new ScriptedPeer(content.Torrent, new PeerBehaviour { BytesPerSecond = rate * KiB })).ToList();
        await using var engine = LocalEngine.Start();
        await using var torrent = await engine.JoinAsync(content.Torrent, Token, [frozen.Endpoint, .. peers.Select(p => p.Endpoint)]);
        await Poll.UntilAsync("all five are connected", () => torrent.Progress.Peers == 5, LocalEngine.Patience, Token);
        var ranges = LocalEngine.Scattered(content.Torrent, 10, 200_000);
        frozen.Suspend();
        var clock = Stopwatch.StartNew();

        var result = await torrent.FetchAsync(ranges, VerificationPolicy.Blocks, Token);

        var asked = LocalEngine.BlockBytes(content.Torrent, ranges);
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{clock.Elapsed.TotalSeconds:0.0} s, ideal {asked / (1500.0 * KiB):0.0} s; payload {(double)result.PayloadBytes / asked:0.000} x asked");
        await torrent.AssertSameAsync(content.Torrent, ranges, verified: false, Token);
        Assert.InRange(result.PayloadBytes, asked, asked * 105 / 100);
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(15));
        frozen.Resume();
        foreach (var peer in peers)
            await peer.DisposeAsync();
    }
}
