namespace EventTorrent.TestKit;

/// <summary>
/// Many torrents of one tiny video, for loads: each has a name and bytes of its own (a free box at the end of the MP4), so
/// that none costs another run of the encoder.
/// </summary>
public static class SmallTorrents
{
    private const int PieceLengthBytes = 32 * 1024;
    private const int FreeBoxBytes = 8 + 16;

    private static readonly TestVideoOptions Video = new()
    {
        Duration = TimeSpan.FromSeconds(8), Width = 160, Height = 90, FramesPerSecond = 5, GopSeconds = "1", Audio = false,
    };

    /// <summary>Makes them.</summary>
    /// <param name="directory">Where their files are written.</param>
    /// <param name="name">What their names begin with.</param>
    public static async Task<IReadOnlyList<TestTorrent>> MakeAsync(int count, string directory, CancellationToken cancellationToken, string name = "small")
    {
        var video = await File.ReadAllBytesAsync(await TestVideo.MakeAsync(Video, cancellationToken), cancellationToken);
        var builder = new TorrentBuilder { PieceLengthBytes = PieceLengthBytes };
        var torrents = new List<TestTorrent>(count);
        for (var number = 0; number < count; number++)
        {
            var path = Path.Combine(directory, FormattableString.Invariant($"{name}-{number:0000}.mp4"));
            byte[] free = [0, 0, 0, FreeBoxBytes, .. "free"u8, .. Guid.NewGuid().ToByteArray()];
            await File.WriteAllBytesAsync(path, [.. video, .. free], cancellationToken);
            torrents.Add(await builder.BuildAsync(path, cancellationToken));
        }

        return torrents;
    }
}
