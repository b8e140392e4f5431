using EventTorrent.Hosting;
using EventTorrent.Workers.Transcode;

return await EventTorrentHost.RunAsync(args, new HostDescription(
    "makes streams (HLS) of the videos on a volume.",
    Port: 8084,
    builder => builder.Services
        .AddTranscodeWorker(builder.Configuration)
        .AddEventTorrentBus(builder.Configuration, new TranscodeBus())));
