using EventTorrent.Contracts;
using EventTorrent.Hosting;
using EventTorrent.Storage;
using EventTorrent.TestKit;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;

namespace EventTorrent.Sagas.Tests;

/// <summary>The wish is in the row. The word about it may be lost: here nobody says it but the saga host.</summary>
public sealed class Draining_workers
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(1);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Hear_of_the_wish_at_their_next_beat_and_so_does_the_next_saga_host()
    {
        await using var place = await Place.CreateAsync(Flavour.Distributed);
        await using var worker = Build(place);
        await worker.StartAsync(Cancellation);
        var drains = worker.Services.GetRequiredService<DrainWishes>();
        var name = worker.Services.GetRequiredService<WorkerIdentity>().Name;

        await using (var first = await SagaHost.StartAsync(place))
        {
            await UntilAsync(first, "the worker is known", slots: 3, isDraining: false);
            Assert.True(await AskAsync(first, name, wish: true));
            await Poll.UntilAsync("the worker has heard of the wish", () => drains.IsAsked(Step.Screenshots), Deadline, Cancellation);
            await UntilAsync(first, "its beat says so", slots: 0, isDraining: true);
        }

        await using (var second = await SagaHost.StartAsync(place))
        {
            await UntilAsync(second, "it is drained as before", slots: 0, isDraining: true);
            Assert.True(await AskAsync(second, name, wish: false));
            await Poll.UntilAsync("the worker has heard that it is taken back", () => !drains.IsAsked(Step.Screenshots), Deadline, Cancellation);
            await UntilAsync(second, "its beat says so", slots: 3, isDraining: false);
        }

        await worker.StopAsync(Cancellation);
    }

    [Fact]
    public async Task Are_not_those_that_start_after_them()
    {
        await using var place = await Place.CreateAsync(Flavour.Distributed);
        await using var saga = await SagaHost.StartAsync(place);
        await using var worker = Build(place);
        await worker.StartAsync(Cancellation);
        await UntilAsync(saga, "the worker is known", slots: 3, isDraining: false);
        await AskAsync(saga, worker.Services.GetRequiredService<WorkerIdentity>().Name, wish: true);
        await UntilAsync(saga, "it is drained", slots: 0, isDraining: true);
        await worker.StopAsync(Cancellation);

        await using var next = Build(place);
        await next.StartAsync(Cancellation);

        await Poll.UntilAsync("the next one has slots", async _ => await CountSlotsAsync(saga) == 3, Deadline, Cancellation);
        Assert.False(next.Services.GetRequiredService<DrainWishes>().IsAsked(Step.Screenshots));
        await next.StopAsync(Cancellation);
    }

    private static Task<bool> AskAsync(SagaHost saga, string name, bool wish) =>
        saga.WithDbAsync(db => new WorkerRegister(db).AskToDrainAsync(name, wish, Cancellation));

    private static Task UntilAsync(SagaHost saga, string what, int slots, bool isDraining) => Poll.UntilAsync(
        what,
        async token => await saga.WithDbAsync(db => db.Workers.AnyAsync(row => row.Draining == isDraining, token)) && await CountSlotsAsync(saga) == slots,
        Deadline, Cancellation);

    private static Task<int> CountSlotsAsync(SagaHost saga) => saga.WithDbAsync(db => db.Workers
        .Where(row => row.StoppedAt == null && !row.DrainAsked).SumAsync(row => row.Slots, Cancellation));

    /// <summary>A worker's process with its heart and its ear.</summary>
    private static WebApplication Build(Place place)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = "Test" });
        builder.Configuration.AddInMemoryCollection(place.Settings)
            .AddInMemoryCollection(new Dictionary<string, string?> { ["Urls"] = "http://127.0.0.1:0" });
        builder.Services.AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance);
        builder.Services.AddSingleton<RunningWork>();
        builder.Services.AddSingleton<DrainWishes>();
        builder.Services.AddSingleton(WorkerIdentity.Create(Step.Screenshots, volume: null, slots: 3));
        builder.Services.AddHostedService<WorkerHeartbeat>();
        builder.Services.AddEventTorrentBus(builder.Configuration, new Ear());
        return builder.Build();
    }

    private sealed class Ear : IBusModule
    {
        public void Register(IBusRegistrationConfigurator bus) => bus.AddConsumer<DrainWorkerConsumer>();

        public void Configure(IBusRegistrationContext context, IBusFactoryConfigurator bus) =>
            bus.InstanceEndpoint(context, "test.ear", endpoint => endpoint.ConfigureConsumer<DrainWorkerConsumer>(context));
    }
}
