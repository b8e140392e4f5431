using EventTorrent.TestKit;

namespace EventTorrent.AllInOne.Tests;

/// <summary>Torrents that are called what they should not be called, from their .torrent file through the engine to the page.</summary>
public sealed class Hostile_names_on_the_page
{
    /// <summary>How a torrent calls itself and its video, and how a person is shown both.</summary>
    private static readonly (string Name, string Path, string Title, string Shown)[] Names =
    [
        ("<img src=x onerror=alert(1)>", "<svg onload=alert(1)>.mp4", "<img src=x onerror=alert(1)>", "<svg onload=alert(1)>.mp4"),
        ("evil\u202egpj.exe", "\u2066film\u202e4pm.exe.mp4", "evil\ufffdgpj.exe", "\ufffdfilm\ufffd4pm.exe.mp4"),
        (new string('a', 10_000), $"{new string('b', 100)}.mp4", $"{new string('a', 300)}…", $"{new string('b', 100)}.mp4"),
        ("bell\u0007 and\u0000null", "line\r\nfeed\u001b[31m.mp4", "bell\ufffd and\ufffdnull", "line\ufffd\ufffdfeed\ufffd[31m.mp4"),
    ];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task They_are_shown_as_what_they_are_and_do_nothing()
    {
        Assert.SkipWhen(Scene.Missing is not null, Scene.Missing ?? "");
        await using var directory = new TempDirectory();
        await using var peer = new ScriptedPeer();
        await using var tracker = new LocalTracker();
        var torrents = new List<object>();
        foreach (var (name, path, title, shown) in Names)
        {
            var folder = directory.CreateDirectory($"film {torrents.Count}");
            File.Copy(await TestVideo.MakeAsync(Films.TwelveSeconds, Cancellation), Path.Combine(folder, "film.mp4"));
            var torrent = await new TorrentBuilder { Tamper = info => Rename(info, name, path) }.BuildAsync(folder, Cancellation);
            peer.Add(torrent);
            tracker.Add(torrent.Infohash, peer.Endpoint);
            var file = await torrent.WithTrackers(tracker.Url).SaveAsync(directory[$"{torrents.Count}.torrent"], Cancellation);
            torrents.Add(new { torrent.Infohash, File = file, Title = title, Path = shown });
        }

        await using var server = await Server.StartAsync(directory.CreateDirectory("data"), ("Node:Enabled", "false"));

        await Scene.PlayAsync(server, "names", new { Torrents = torrents });
    }

    private static void Rename(SortedDictionary<string, object> info, string name, string path)
    {
        info["name"] = name;
        ((Dictionary<string, object>)((List<object>)info["files"])[0])["path"] = new List<string> { path };
    }
}
