using System.Diagnostics;
using EventTorrent.Torrents;

namespace EventTorrent.Downloader;

/// <summary>Says when the torrent was added and when its first byte was here.</summary>
internal sealed class WatchedEngine(IDownloadEngine engine) : IDownloadEngine
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(5);
    private static readonly Stopwatch Clock = new();

    private Task _watching = Task.CompletedTask;

    /// <summary>Since the torrent was added.</summary>
    public static TimeSpan Elapsed => Clock.Elapsed;

    public int ListenPort => engine.ListenPort;

    public async Task<IDownload> AddAsync(TorrentSource source, DownloadOptions options, CancellationToken cancellationToken)
    {
        Line.Say("adds", 0);
        Clock.Start();
        var download = await engine.AddAsync(source, options, cancellationToken);
        _watching = WatchAsync(download, cancellationToken);
        return download;
    }

    public async ValueTask DisposeAsync()
    {
        await _watching;
        await engine.DisposeAsync();
    }

    private static async Task WatchAsync(IDownload download, CancellationToken cancellationToken)
    {
        while (download.Progress.PayloadBytes == 0)
        {
            await Task.Delay(Look, cancellationToken);
        }

        Line.Say("first", Clock.Elapsed.TotalMilliseconds);
    }
}
