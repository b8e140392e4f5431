using EventTorrent.Hosting;
using EventTorrent.Workers.Download;

return await EventTorrentHost.RunAsync(args, new HostDescription(
    "downloads the files of torrents onto a volume.",
    Port: 8083,
    builder => builder.Services
        .AddDownloadWorker(builder.Configuration)
        .AddEventTorrentBus(builder.Configuration, new DownloadBus())));
