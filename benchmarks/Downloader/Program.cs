using EventTorrent.Downloader;
using EventTorrent.Torrents;
using EventTorrent.Workers.Download;
using Microsoft.Extensions.DependencyInjection.Extensions;

// A download worker without its bus: one .torrent file, then silence until it is killed.
var builder = WebApplication.CreateBuilder(args);
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.Services.AddDownloadJob(builder.Configuration);
var engine = builder.Services.Single(service => service.ServiceType == typeof(IDownloadEngine));
builder.Services.Replace(ServiceDescriptor.Singleton<IDownloadEngine>(
    provider => new WatchedEngine((IDownloadEngine)engine.ImplementationFactory!(provider))));
await using var app = builder.Build();

var torrent = new TorrentSource.TorrentFile(await File.ReadAllBytesAsync(app.Configuration["torrent"]!));
var request = new DownloadRequest { Source = torrent, Infohash = app.Configuration["infohash"]!, Peers = app.Configuration["peers"]!.Split(',') };
var job = app.Services.GetRequiredService<DownloadJob>();
Line.Say("ready", 0);
var outcome = await job.RunAsync(request, new SilentReports(), CancellationToken.None);
Line.Say(outcome is DownloadOutcome.Completed ? "complete" : $"failed {outcome}", WatchedEngine.Elapsed.TotalMilliseconds);
await Task.Delay(Timeout.Infinite);
