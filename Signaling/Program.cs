using EventTorrent.Hosting;
using EventTorrent.Signaling;

return await EventTorrentHost.RunAsync(args, new HostDescription(
    "brings viewers and nodes together.",
    Port: 8085,
    builder => builder.Services
        .AddSignaling(builder.Configuration)
        .AddEventTorrentBus(builder.Configuration, new SignalingBus()),
    app => app.MapSignalingProcess()));
