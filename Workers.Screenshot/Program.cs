using EventTorrent.Hosting;
using EventTorrent.Workers.Screenshot;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddScreenshotWorker(builder.Configuration);
builder.Services.AddEventTorrentBus(builder.Configuration, new ScreenshotBus());

await using var app = builder.Build();
await app.RunAsync();
