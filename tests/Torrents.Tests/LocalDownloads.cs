using System.Net;
using EventTorrent.TestKit;
using Microsoft.Extensions.Logging.Abstractions;

namespace EventTorrent.Torrents.Tests;

/// <summary>A session of downloads that stays on loopback, with a directory of its own; gone on dispose.</summary>
internal sealed class LocalDownloads : IAsyncDisposable
{
    private readonly TempDirectory _directory = new();

    private LocalDownloads(DownloadEngine engine) => Engine = engine;

    public DownloadEngine Engine { get; }

    public string FullPath => _directory.CreateDirectory("files");

    public static LocalDownloads Start(Action<TorrentEngineOptions>? change = null, long down = 0, long up = 0)
    {
        var options = LocalEngine.Options();
        change?.Invoke(options);
        return new LocalDownloads(new DownloadEngine(options, new TransferOptions(down, up), TimeProvider.System, NullLogger<DownloadEngine>.Instance));
    }

    /// <summary>Begins to download the one file of a torrent.</summary>
    public async Task<IDownload> BeginAsync(TestTorrent torrent, CancellationToken cancellationToken, params IPEndPoint[] peers)
    {
        var download = await Engine.AddAsync(
            new TorrentSource.InfoDictionary(torrent.InfoBytes, torrent.Trackers), new DownloadOptions { Directory = _directory.CreateDirectory(torrent.Infohash) }, cancellationToken);
        await Poll.UntilAsync("it knows its files", () => download.Progress.State == DownloadState.Idle, LocalEngine.Patience, cancellationToken);
        download.Start([new StoredFile(0, "0.bin")], recheck: false);
        foreach (var peer in peers)
        {
            download.ConnectPeer(peer.ToString());
        }

        return download;
    }

    public static Task UntilCompleteAsync(IDownload download, CancellationToken cancellationToken) => Poll.UntilAsync(
        "it is complete", () => download.Progress.State == DownloadState.Finished, LocalEngine.Patience, cancellationToken, () => $"{download.Progress}");

    public async ValueTask DisposeAsync()
    {
        await Engine.DisposeAsync();
        await _directory.DisposeAsync();
    }
}
