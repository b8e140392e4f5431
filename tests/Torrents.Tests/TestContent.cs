using EventTorrent.TestKit;

namespace EventTorrent.Torrents.Tests;

/// <summary>Random content on disk, as a torrent; gone on dispose.</summary>
internal sealed class TestContent : IAsyncDisposable
{
    private readonly TempDirectory _directory = new();

    private TestContent() { }

    public TestTorrent Torrent { get; private set; } = null!;

    public static async Task<TestContent> CreateAsync(int bytes, int pieceLengthBytes, CancellationToken cancellationToken, params string[] trackers)
    {
        var content = new TestContent();
        var data = new byte[bytes];
        Random.Shared.NextBytes(data);
        var path = Path.Combine(content._directory.FullPath, "video.bin");
        await File.WriteAllBytesAsync(path, data, cancellationToken);
        content.Torrent = await new TorrentBuilder { PieceLengthBytes = pieceLengthBytes, Trackers = trackers }.BuildAsync(path, cancellationToken);
        return content;
    }

    public ValueTask DisposeAsync() => _directory.DisposeAsync();
}
