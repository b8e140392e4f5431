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

    public static async Task<TestTorrent> TorrentAsync(CancellationToken cancellationToken, int pieceLength = 1 << 20) =>
        await new TorrentBuilder { PieceLengthBytes = pieceLength }
            .BuildAsync(await TestVideo.MakeAsync(TwoMinutes, cancellationToken), cancellationToken);
}
