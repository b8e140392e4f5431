using EventTorrent.TestKit;

namespace EventTorrent.AllInOne.Tests;

/// <summary>The files of a link are known when a peer has told them: then some are chosen, and more of them later.</summary>
public sealed class Choosing_files
{
    private const int Shots = 2;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Of_a_link_they_are_asked_about_when_they_are_known_and_pictures_come_of_those_alone()
    {
        Assert.SkipWhen(Scene.Missing is not null, Scene.Missing ?? "");
        await using var directory = new TempDirectory();
        var season = await TorrentAsync(directory.CreateDirectory("season"), "a.mp4", "b.mp4", "c.mp4");
        var later = await TorrentAsync(directory.CreateDirectory("later"), "a.mp4", "b.mp4");
        await using var peer = new ScriptedPeer();
        peer.Add(season);
        peer.Add(later);
        await using var server = await Server.StartAsync(directory.CreateDirectory("data"), ("Node:Enabled", "false"));

        var seen = await Scene.PlayAsync(
            server,
            "choosing",
            new
            {
                Season = new { season.Infohash, Magnet = season.Magnet(peer.Endpoint) },
                Later = new { later.Infohash, Magnet = later.Magnet(peer.Endpoint) },
                Shots,
            });

        Assert.Equal(["screenshots", "screenshots"], seen.GetProperty("wants").EnumerateArray().Select(want => want.GetString()));
        Assert.Equal(
            [[1, 1, 2, 2], [0, 0]],
            seen.GetProperty("files").EnumerateArray().Select(files => files.EnumerateArray().Select(file => file.GetInt32()).ToArray()));
    }

    private static async Task<TestTorrent> TorrentAsync(string folder, params string[] names)
    {
        var film = await TestVideo.MakeAsync(Films.TwelveSeconds, Cancellation);
        foreach (var name in names)
        {
            File.Copy(film, Path.Combine(folder, name));
        }

        return await new TorrentBuilder { PieceLengthBytes = 64 * 1024 }.BuildAsync(folder, Cancellation);
    }
}
