using EventTorrent.Hosting;
using EventTorrent.Sagas;
using EventTorrent.Storage;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddTorrentStorage(builder.Configuration);
builder.Services.AddSagas(builder.Configuration);
builder.Services.AddEventTorrentBus(builder.Configuration, new SagaBus());

await using var app = builder.Build();
await app.MigrateStorageAsync();
await app.RunAsync();
