using System.Net;
using EventTorrent.TestKit;
using EventTorrent.Torrents;
using EventTorrent.Workers.Download;
using Microsoft.Extensions.Logging.Abstractions;

namespace EventTorrent.Download.Tests;

/// <summary>A download worker without its bus, on a volume of its own: a new one is a process that was started again.</summary>
internal sealed class Worker : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    private readonly ServiceProvider _services;
    private readonly string _directory;

    private Worker(string directory, string volume, IEnumerable<(string Key, string Value)> settings)
    {
        _directory = directory;
        (string Key, string Value)[] all =
        [
            ("Torrents:ListenInterfaces", $"{LoopbackAddress.Next()}:0"), ("Torrents:Dht", "false"), ("Torrents:AllowPrivateNetworks", "true"),
            ("Volume:Directory", directory), ("Volume:Name", volume), ("Volume:ReserveMiB", "0"), .. settings,
        ];
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(all.GroupBy(setting => setting.Key).ToDictionary(same => same.Key, same => (string?)same.Last().Value)).Build();
        _services = new ServiceCollection()
            .AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance)
            .AddSingleton(typeof(ILogger<>), typeof(NullLogger<>))
            .AddDownloadJob(configuration)
            .BuildServiceProvider();
    }

    public VolumePurge Purge => _services.GetRequiredService<VolumePurge>();

    public KeptDownloads Kept => _services.GetRequiredService<KeptDownloads>();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static Worker Start(string directory, params (string Key, string Value)[] settings) => new(directory, "v1", settings);

    public static Worker StartOn(string volume, string directory, params (string Key, string Value)[] settings) => new(directory, volume, settings);

    /// <summary>Runs a job to its end.</summary>
    public async Task<DownloadOutcome> RunAsync(
        TestTorrent torrent, IEnumerable<IPEndPoint> peers, Recorder? recorder = null, byte[]? resumeData = null, bool metadataIsKnown = true)
    {
        using var unheard = new Recorder();
        recorder ??= unheard;
        using var end = CancellationTokenSource.CreateLinkedTokenSource(recorder.Stop.Token, recorder.Slice.Token, Cancellation);
        var run = _services.GetRequiredService<DownloadJob>().RunAsync(
            new DownloadRequest
            {
                Source = metadataIsKnown ? new TorrentSource.InfoDictionary(torrent.InfoBytes, []) : new TorrentSource.Infohash(torrent.Infohash),
                Infohash = torrent.Infohash,
                Peers = [.. peers.Select(peer => peer.ToString())],
                ResumeData = resumeData,
                SliceEnd = recorder.Slice.Token,
            },
            recorder,
            end.Token);
        try
        {
            return await run.WaitAsync(Patience, Cancellation);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"No end: {recorder.Last} {string.Join(' ', recorder.Stalls)}");
        }
    }

    /// <summary>Runs a job until it has so many bytes, and then tells it to stop.</summary>
    /// <returns>Its last checkpoint.</returns>
    public async Task<byte[]> RunUntilAsync(TestTorrent torrent, long bytes, params IPEndPoint[] peers)
    {
        using var recorder = new Recorder { WaitForBytes = bytes };
        var run = RunAsync(torrent, peers, recorder);
        await Task.WhenAny(run, recorder.Reached).WaitAsync(Patience, Cancellation);
        await recorder.Stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        Assert.NotNull(recorder.Checkpoint);
        return recorder.Checkpoint;
    }

    /// <summary>Where a file of a torrent lies.</summary>
    public string PathOf(TestTorrent torrent, string name) => Path.Combine(_directory, torrent.Infohash, name);

    /// <summary>What lies there of a torrent, beside the mark of who began.</summary>
    public IEnumerable<string> FilesOf(TestTorrent torrent) =>
        Directory.EnumerateFileSystemEntries(Path.Combine(_directory, torrent.Infohash))
            .Select(path => Path.GetFileName(path)!).Where(name => name != BegunMark.FileName).Order(StringComparer.Ordinal);

    public string? MarkOf(TestTorrent torrent) => BegunMark.Read(Path.Combine(_directory, torrent.Infohash));

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
