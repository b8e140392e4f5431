using System.Diagnostics;
using System.Threading.Channels;
using EventTorrent.Contracts;
using EventTorrent.Hosting;
using MassTransit;
using Microsoft.Extensions.Logging.Abstractions;

namespace EventTorrent.Sagas.Tests;

/// <summary>A worker whose first words nobody has heard gets no work until it says them again.</summary>
public sealed class New_workers
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Say_that_they_are_there_again_and_again_at_first()
    {
        var ears = new Ears();
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = "Test" });
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["Urls"] = "http://127.0.0.1:0" });
        builder.Services.AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance);
        builder.Services.AddSingleton<RunningWork>();
        builder.Services.AddSingleton<DrainWishes>();
        builder.Services.AddSingleton(WorkerIdentity.Create(Step.Screenshots, volume: null, slots: 1));
        builder.Services.AddEventTorrentBus(builder.Configuration, ears);
        builder.Services.AddHostedService<WorkerHeartbeat>();
        await using var worker = builder.Build();
        var clock = Stopwatch.StartNew();

        await worker.StartAsync(Cancellation);
        var third = await ears.NextAsync(beat: 3);
        var took = clock.Elapsed;
        await worker.StopAsync(Cancellation);

        // At the pace of later it would come after 20 s.
        Assert.True(took < TimeSpan.FromSeconds(15), $"{third} after {took}");
    }

    private sealed class Ears : IBusModule
    {
        private readonly Channel<WorkerAlive> _heard = Channel.CreateUnbounded<WorkerAlive>();

        public void Register(IBusRegistrationConfigurator bus)
        {
        }

        public void Configure(IBusRegistrationContext context, IBusFactoryConfigurator bus) =>
            bus.InstanceEndpoint(context, "test.ears", endpoint => endpoint.Handler<WorkerAlive>(c => _heard.Writer.WriteAsync(c.Message).AsTask()));

        public async Task<WorkerAlive> NextAsync(long beat)
        {
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
            deadline.CancelAfter(TimeSpan.FromMinutes(1));
            WorkerAlive heard;
            do
            {
                heard = await _heard.Reader.ReadAsync(deadline.Token);
            }
            while (heard.Beat < beat);

            return heard;
        }
    }
}
