using EventTorrent.TestKit;

namespace EventTorrent.Hosting.Tests;

/// <summary>What the tests put into a swarm.</summary>
internal static class Films
{
    public const int Shots = 6;

    public static async Task<TestTorrent> TorrentAsync(CancellationToken cancellationToken) =>
        await new TorrentBuilder { PieceLengthBytes = 1 << 18 }.BuildAsync(
            await TestVideo.MakeAsync(
                new TestVideoOptions { Duration = TimeSpan.FromMinutes(1), Width = 640, Height = 360, VideoBitsPerSecond = 1_200_000, Noise = 20 },
                cancellationToken),
            cancellationToken);
}
