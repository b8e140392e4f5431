using System.Globalization;
using System.Text.RegularExpressions;
using EventTorrent.TestKit;

namespace EventTorrent.AllInOne.Tests;

/// <summary>The whole way: a magnet link, the service's own hub, its node, and a viewer that gets the stream over a data channel.</summary>
public sealed partial class Watching_a_stream
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(3);

    /// <summary>Of the node: no other network than this machine's own.</summary>
    private static readonly Dictionary<string, string> Loopback = new() { ["EVENTTORRENT_PEER_BIND_ADDRESS"] = "127.0.0.1" };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_viewer_gets_what_is_on_the_volume_also_from_a_node_that_was_killed_and_started_again()
    {
        Assert.SkipWhen(NodeProgram.Missing is not null, NodeProgram.Missing ?? "");
        var torrent = await Films.ShortTorrentAsync(Cancellation);
        await using var peer = new ScriptedPeer(torrent, new PeerBehaviour());
        await using var directory = new TempDirectory();
        await using var server = await Server.StartAsync(directory.FullPath, Loopback, ("Volume:ReserveMiB", "0"));
        var first = await NodeAsync(server, after: null);

        await server.SubmitAsync(("magnet", torrent.Magnet(peer.Endpoint)), ("want", "stream"));
        await server.WaitForAsync(torrent.Infohash, task => task.State() == "Playable", Deadline);
        await AssertServedAsync(server, torrent.Infohash, directory["volume"]);

        using (var node = System.Diagnostics.Process.GetProcessById(first))
        {
            node.Kill();
        }

        var second = await NodeAsync(server, after: first);
        await AssertServedAsync(server, torrent.Infohash, directory["volume"]);

        Assert.Equal(0, await server.StopAsync(TimeSpan.FromSeconds(30)));
        Assert.False(Directory.Exists($"/proc/{second}"));
    }

    [Fact]
    public async Task Without_Node_js_all_else_works_and_the_log_says_what_is_missing()
    {
        await using var directory = new TempDirectory();

        await using var server = await Server.StartAsync(directory.FullPath, ("Node:Runtime", "/nowhere/node"));

        await server.WaitForLineAsync(line => line.Contains("'/nowhere/node' is not installed", StringComparison.Ordinal), Deadline);
    }

    /// <summary>The master playlist and one segment come as they lie there.</summary>
    private static async Task AssertServedAsync(Server server, string infohash, string volume)
    {
        var stream = Path.Combine(volume, infohash, "0.hls");
        string[] names = ["master.m3u8", Path.GetFileName(Directory.GetFiles(stream, "v0*.ts").Order(StringComparer.Ordinal).First())];

        var served = await StreamViewer.GetAsync(server.Address, infohash, names, Deadline, Cancellation, () => server.Log);

        Assert.Equal(await StreamViewer.HashAsync(stream, names, Cancellation), served);
    }

    /// <summary>The process of the node, once there is one, or another one than before.</summary>
    private static async Task<int> NodeAsync(Server server, int? after)
    {
        var line = await server.WaitForLineAsync(line => Started().Match(line) is { Success: true } match && IdOf(match) != after, Deadline);
        return IdOf(Started().Match(line));
    }

    private static int IdOf(Match match) => int.Parse(match.Groups["pid"].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"The node runs as process (?<pid>\d+)")]
    private static partial Regex Started();
}
