using EventTorrent.TestKit;

namespace EventTorrent.Download.Tests;

/// <summary>Files of chance that call themselves videos, as a torrent; gone on dispose.</summary>
internal sealed class Content : IAsyncDisposable
{
    public const int PieceLengthBytes = 64 * 1024;

    private readonly TempDirectory _directory = new();

    public TestTorrent Torrent { get; private set; } = null!;

    /// <summary>One film.</summary>
    public static async Task<Content> FilmAsync(int bytes, CancellationToken cancellationToken, int pieceLengthBytes = PieceLengthBytes)
    {
        var content = new Content();
        var path = content._directory["film.mkv"];
        await WriteAsync(path, bytes, cancellationToken);
        content.Torrent = await new TorrentBuilder { PieceLengthBytes = pieceLengthBytes }.BuildAsync(path, cancellationToken);
        return content;
    }

    /// <summary>A folder.</summary>
    /// <param name="tamper">Last change to the info dictionary.</param>
    public static async Task<Content> FolderAsync(Action<SortedDictionary<string, object>>? tamper, params (string Path, int Bytes)[] files)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var content = new Content();
        var folder = content._directory.CreateDirectory("folder");
        foreach (var (path, bytes) in files)
        {
            await WriteAsync(Path.Combine(folder, path), bytes, cancellationToken);
        }

        content.Torrent = await new TorrentBuilder { PieceLengthBytes = PieceLengthBytes, Tamper = tamper }.BuildAsync(folder, cancellationToken);
        return content;
    }

    /// <summary>Asserts that a downloaded file is that of the torrent, byte for byte.</summary>
    public async Task AssertSameAsync(string path, int index, CancellationToken cancellationToken)
    {
        var (expected, actual) = (await File.ReadAllBytesAsync(Torrent.Files[index].FullPath, cancellationToken), await File.ReadAllBytesAsync(path, cancellationToken));
        Assert.True(expected.AsSpan().SequenceEqual(actual), $"{path} differs");
    }

    public ValueTask DisposeAsync() => _directory.DisposeAsync();

    private static async Task WriteAsync(string path, int bytes, CancellationToken cancellationToken)
    {
        var data = new byte[bytes];
        Random.Shared.NextBytes(data);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllBytesAsync(path, data, cancellationToken);
    }
}
