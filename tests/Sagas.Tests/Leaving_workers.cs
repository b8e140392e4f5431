using EventTorrent.Contracts;
using EventTorrent.Hosting;
using EventTorrent.Storage.Model;
using EventTorrent.TestKit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;

namespace EventTorrent.Sagas.Tests;

public sealed class Leaving_workers
{
    private const int Slots = 3;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Have_no_slots_from_the_moment_that_they_stop_in_good_order()
    {
        await using var place = await Place.CreateAsync(Flavour.Distributed);
        await using var saga = await SagaHost.StartAsync(place);
        await using var worker = Build(place);
        await worker.StartAsync(Cancellation);
        await UntilAsync("the worker is known", row => row is { Slots: Slots, StoppedAt: null });

        await worker.StopAsync(Cancellation);

        await UntilAsync("the worker has left", row => row is { StoppedAt: not null, Beat: > 1 });
        var since = place.Time.GetUtcNow() - WorkerHeartbeat.Silence;
        Assert.Equal(0, await saga.WithDbAsync(db =>
            db.Workers.Where(row => row.SeenAt >= since && row.StoppedAt == null).SumAsync(row => row.Slots, Cancellation)));

        Task UntilAsync(string what, Predicate<WorkerRecord?> condition) => Poll.UntilAsync(
            what,
            async token => condition(await saga.WithDbAsync(db => db.Workers.AsNoTracking().SingleOrDefaultAsync(token))),
            TimeSpan.FromSeconds(20), Cancellation);
    }

    /// <summary>A worker's process with its heart alone.</summary>
    private static WebApplication Build(Place place)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = "Test" });
        builder.Configuration.AddInMemoryCollection(place.Settings)
            .AddInMemoryCollection(new Dictionary<string, string?> { ["Urls"] = "http://127.0.0.1:0" });
        builder.Services.AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance);
        builder.Services.AddSingleton<RunningWork>();
        builder.Services.AddSingleton<DrainWishes>();
        builder.Services.AddSingleton(WorkerIdentity.Create(Step.Screenshots, volume: null, Slots));
        builder.Services.AddHostedService<WorkerHeartbeat>();
        builder.Services.AddEventTorrentBus(builder.Configuration);
        return builder.Build();
    }
}
