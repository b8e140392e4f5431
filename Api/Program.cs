using EventTorrent.Api;
using EventTorrent.Hosting;
using EventTorrent.Storage;

return await EventTorrentHost.RunAsync(args, new HostDescription(
    "the door: REST, the page, and the store of pictures.",
    Port: 8080,
    builder => builder.Services
        .AddTorrentStorage(builder.Configuration)
        .AddPreparation("database schema", StorageRegistration.MigrateAsync)
        .AddPreparation("an access key", ApiRegistration.CheckKeysAsync)
        .AddApi(builder.Configuration)
        .AddEventTorrentBus(builder.Configuration, new ApiBus()),
    app => app.MapApi()));
