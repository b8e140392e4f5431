using EventTorrent.Hosting;
using EventTorrent.Sagas;
using EventTorrent.Storage;

return await EventTorrentHost.RunAsync(args, new HostDescription(
    "decides what happens next to each torrent, and hands out the work.",
    Port: 8081,
    builder => builder.Services
        .AddTorrentStorage(builder.Configuration)
        .AddPreparation("database schema", StorageRegistration.MigrateAsync)
        .AddSagas(builder.Configuration)
        .AddEventTorrentBus(builder.Configuration, new SagaBus())));
