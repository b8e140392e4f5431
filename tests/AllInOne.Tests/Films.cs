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
}
