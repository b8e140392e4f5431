using EventTorrent.HandlerHost;
using EventTorrent.Hosting;

return await EventTorrentHost.RunAsync(args, new HostDescription(
    "hosts one handler for the tests of the watchdog.",
    Port: 0,
    builder =>
    {
        builder.Services.AddOptions<HandlerOptions>().BindConfiguration(HandlerOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddEventTorrentBus(builder.Configuration, new WorkBus());
    }));
