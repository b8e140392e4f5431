using EventTorrent.Hosting;
using EventTorrent.Workers.Screenshot;

return await EventTorrentHost.RunAsync(args, new HostDescription(
    "takes screenshots of the videos in torrents.",
    Port: 8082,
    builder => builder.Services
        .AddScreenshotWorker(builder.Configuration)
        .AddEventTorrentBus(builder.Configuration, new ScreenshotBus())));
