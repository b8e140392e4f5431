using EventTorrent.Contracts;
using EventTorrent.Hosting;

namespace EventTorrent.NoOpWorker;

/// <summary>A screenshot worker as the product composes it, with work that takes no time.</summary>
internal static class BusWorker
{
    public static async Task RunAsync(string[] args)
    {
        var builder = EventTorrentHost.CreateBuilder(args);
        builder.Services.AddSingleton<RunningWork>();
        builder.Services.AddSingleton<DrainWishes>();
        builder.Services.AddSingleton(WorkerIdentity.Create(Step.Screenshots, volume: null, slots: 1));
        builder.Services.AddHostedService<WorkerHeartbeat>();
        builder.Services.AddEventTorrentBus(builder.Configuration, new NoOpBus());

        await using var app = builder.Build();
        await app.RunAsync();
    }
}
