using EventTorrent.TestKit;

namespace EventTorrent.AllInOne.Tests;

/// <summary>What the tests put into a swarm.</summary>
internal static class Films
{
    /// <summary>About 20 MB of two minutes: large beside the keyframes that are fetched of it.</summary>
    public static readonly TestVideoOptions TwoMinutes = new()
    {
        Duration = TimeSpan.FromMinutes(2), Width = 640, Height = 360, VideoBitsPerSecond = 1_200_000, Noise = 20, MoovAtFront = false,
    };

    /// <summary>About 2 MB of twelve seconds, which a browser plays as they are.</summary>
    public static readonly TestVideoOptions TwelveSeconds = TwoMinutes with { Duration = TimeSpan.FromSeconds(12) };

    public static async Task<TestTorrent> ShortTorrentAsync(CancellationToken cancellationToken) =>
        await new TorrentBuilder { PieceLengthBytes = 64 * 1024 }
            .BuildAsync(await TestVideo.MakeAsync(TwelveSeconds, cancellationToken), cancellationToken);

    public static async Task<TestTorrent> TorrentAsync(CancellationToken cancellationToken, int pieceLength = 1 << 20) =>
        await new TorrentBuilder { PieceLengthBytes = pieceLength }
            .BuildAsync(await TestVideo.MakeAsync(TwoMinutes, cancellationToken), cancellationToken);

    /// <summary>One with two films, <c>a.mp4</c> and <c>b.mp4</c>, and a text beside them.</summary>
    /// <param name="folder">Where they are written; it gives the name.</param>
    public static async Task<TestTorrent> TwoAsync(string folder, CancellationToken cancellationToken)
    {
        var film = await TestVideo.MakeAsync(TwelveSeconds, cancellationToken);
        File.Copy(film, Path.Combine(folder, "a.mp4"));
        File.Copy(film, Path.Combine(folder, "b.mp4"));
        await File.WriteAllTextAsync(Path.Combine(folder, "notes.txt"), "Nothing to see.", cancellationToken);
        return await new TorrentBuilder { PieceLengthBytes = 64 * 1024 }.BuildAsync(folder, cancellationToken);
    }
}
