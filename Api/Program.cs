using EventTorrent.Api;
using EventTorrent.Hosting;
using EventTorrent.Storage;
using Microsoft.Extensions.Configuration.Memory;

var builder = WebApplication.CreateBuilder(args);
// Before everything that a person configures.
builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource
{
    InitialData = new Dictionary<string, string?> { ["Logging:LogLevel:Microsoft"] = "Warning", ["Logging:LogLevel:MassTransit"] = "Warning" },
});
builder.Services.AddTorrentStorage(builder.Configuration);
builder.Services.AddEventTorrentBus(builder.Configuration, new ApiBus());
builder.Services.AddApi(builder.Configuration);

await using var app = builder.Build();
await app.MigrateStorageAsync();
app.MapApi();
await app.RunAsync();
