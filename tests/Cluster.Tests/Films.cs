using EventTorrent.TestKit;

namespace EventTorrent.Cluster.Tests;

/// <summary>Torrents of one video, long enough that something can happen while its pictures are taken.</summary>
internal static class Films
{
    private const int PieceLengthBytes = 256 * 1024;
    private const int FreeBoxBytes = 8 + 16;

    private static readonly TestVideoOptions Video = new() { Duration = TimeSpan.FromSeconds(120), Width = 640, Height = 360, GopSeconds = "2", Noise = 12, Audio = false };

    /// <summary>One more torrent of the video: same pictures, another infohash.</summary>
    public static async Task<TestTorrent> MakeAsync(TempDirectory directory, string name, CancellationToken cancellationToken)
    {
        var path = Path.Combine(directory.CreateDirectory(name), "film.mp4");
        File.Copy(await TestVideo.MakeAsync(Video, cancellationToken), path);
        byte[] free = [0, 0, 0, FreeBoxBytes, .. "free"u8, .. Guid.NewGuid().ToByteArray()];
        await File.AppendAllBytesAsync(path, free, cancellationToken);
        return await new TorrentBuilder { PieceLengthBytes = PieceLengthBytes }.BuildAsync(path, cancellationToken);
    }
}
