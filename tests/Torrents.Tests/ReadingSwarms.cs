using EventTorrent.TestKit;
using EventTorrent.Torrents.Interop;

namespace EventTorrent.Torrents.Tests;

/// <summary>What people are shown of a swarm.</summary>
public sealed class ReadingSwarms
{
    private const int MiB = 1024 * 1024;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Other_sizes_are_refused() => Assert.Equal(NativeStatus.Abi, NativeSwarm.et_swarm_check(1, 1));

    [Fact]
    public async Task Connected_peers_are_shown_without_their_address_and_trackers_without_what_is_secret()
    {
        await using var good = new LocalTracker();
        await using var bad = new LocalTracker { FailureReason = "Not\r\nregistered\u0007\u007f " + new string('x', 2000) };
        await using var content = await TestContent.CreateAsync(4 * MiB, 64 * 1024, Token, bad.Url + "?passkey=secret", good.Url);
        await using var seed = new ScriptedPeer(content.Torrent, new PeerBehaviour { BytesPerSecond = 400_000, Client = "a\u001b[31m\nclient" + new string('x', 100) });
        good.Add(content.Torrent.Infohash, seed.Endpoint);
        await using var downloads = LocalDownloads.Start();
        await using var download = await downloads.BeginAsync(content.Torrent, Token);

        Swarm? swarm = null;
        await Poll.UntilAsync(
            "all are known",
            () =>
            {
                swarm = download.ReadSwarm();
                return swarm.Peers is [{ Client: ['a', ..], Traits: var traits }] && traits.HasFlag(PeerTraits.Seed)
                    && StateOf(swarm, good) == TrackerState.Working && StateOf(swarm, bad) == TrackerState.Failed;
            },
            LocalEngine.Patience, Token, () => $"{swarm}");

        Assert.Equal(1, swarm!.Peers[0].Progress);
        Assert.False(swarm.Peers[0].Traits.HasFlag(PeerTraits.Incoming));
        Assert.Equal(2, swarm.Trackers.Count);
        var (client, message) = (swarm.Peers[0].Client, swarm.Trackers.Single(one => one.Server == ServerOf(bad)).Message);
        Assert.InRange(client.Length, 1, 63);
        Assert.InRange(message.Length, 1, 159);
        Assert.StartsWith("Not", message, StringComparison.Ordinal);
        Assert.DoesNotContain(client + message, char.IsControl);
        Assert.DoesNotContain("secret", string.Concat(swarm.Trackers.Select(one => $"{one}")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_torrent_whose_blocks_are_fetched_shows_its_own()
    {
        await using var content = await TestContent.CreateAsync(MiB, 64 * 1024, Token);
        await using var seed = new ScriptedPeer(content.Torrent);
        await using var engine = LocalEngine.Start();
        await using var torrent = await engine.JoinAsync(content.Torrent, Token, seed.Endpoint);

        Swarm? swarm = null;
        await Poll.UntilAsync(
            "its peer is shown",
            () =>
            {
                swarm = torrent.ReadSwarm();
                return swarm.Peers is [{ Traits: var traits }] && traits.HasFlag(PeerTraits.Seed);
            },
            LocalEngine.Patience, Token, () => $"{swarm}");

        Assert.Empty(swarm!.Trackers);
    }

    private static string ServerOf(LocalTracker tracker) => new Uri(tracker.Url).GetLeftPart(UriPartial.Authority);

    private static TrackerState? StateOf(Swarm swarm, LocalTracker tracker) => swarm.Trackers.FirstOrDefault(one => one.Server == ServerOf(tracker))?.State;
}
