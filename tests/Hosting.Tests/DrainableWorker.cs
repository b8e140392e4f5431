using EventTorrent.Contracts;
using EventTorrent.Hosting.Leases;
using EventTorrent.TestKit;
using MassTransit;
using Microsoft.Extensions.Logging.Abstractions;

namespace EventTorrent.Hosting.Tests;

/// <summary>A worker's process that handles four commands at once and works on one: bus, leases and ear as every worker has them, and work that takes no time or waits.</summary>
internal sealed class DrainableWorker : IBusModule, ILogger<LeaseRunner>, IAsyncDisposable
{
    private const int GivenBackEvent = 6206;
    private const int Handlers = 4;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private static readonly LeasePace Pace = new(TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(10));

    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SemaphoreSlim _slot = new(1);
    private WebApplication _app = null!;
    private int _begun;
    private int _done;
    private int _givenBack;

    public int Begun => Volatile.Read(ref _begun);

    public int Done => Volatile.Read(ref _done);

    /// <summary>Turns of commands that came and were not begun.</summary>
    public int GivenBack => Volatile.Read(ref _givenBack);

    public int Running => _app.Services.GetRequiredService<RunningWork>().CountOf(Step.Screenshots);

    public DrainWishes Wishes => _app.Services.GetRequiredService<DrainWishes>();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <param name="isHeld">Its work waits for <see cref="Release"/>.</param>
    public static async Task<DrainableWorker> StartAsync(Dictionary<string, string?> settings, bool isHeld = false)
    {
        var worker = new DrainableWorker();
        if (!isHeld)
        {
            worker.Release();
        }

        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = "Test" });
        builder.Configuration.AddInMemoryCollection(settings).AddInMemoryCollection(new Dictionary<string, string?> { ["Urls"] = "http://127.0.0.1:0" });
        builder.Services.AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance);
        builder.Services.AddSingleton<ILogger<LeaseRunner>>(worker);
        builder.Services.AddSingleton(worker);
        builder.Services.AddSingleton(WorkerIdentity.Create(Step.Screenshots, volume: null, slots: 1));
        builder.Services.AddEventTorrentBus(builder.Configuration, worker);
        builder.Services.AddLeases();
        worker._app = builder.Build();
        await worker._app.StartAsync(Cancellation);
        Assert.Equal(
            BusHealthStatus.Healthy, await worker._app.Services.GetRequiredService<IBusControl>().WaitForHealthStatus(BusHealthStatus.Healthy, Patience));
        return worker;
    }

    public void Release() => _released.TrySetResult();

    /// <summary>Says what a person wants, and waits until it was heard.</summary>
    public async Task DrainAsync(bool drains)
    {
        await _app.Services.GetRequiredService<IBus>().Publish(
            new DrainWorker(_app.Services.GetRequiredService<WorkerIdentity>().Name, drains), Cancellation);
        await Poll.UntilAsync("the worker has heard of the wish", () => Wishes.IsAsked(Step.Screenshots) == drains, Patience, Cancellation);
    }

    public async Task SendAsync(int commands)
    {
        var queue = await _app.Services.GetRequiredService<IBus>().GetSendEndpoint(Queues.Address(Queues.ScreenshotWork));
        for (var item = 0; item < commands; item++)
        {
            await queue.Send(new TakeScreenshots(Guid.NewGuid(), new string('a', 40), item, 1, null, [], 1, [], "Blocks", null, [], [], null), Cancellation);
        }
    }

    public string Describe() => $"begun {Begun}, done {Done}, given back {GivenBack}, running {Running}";

    public void Register(IBusRegistrationConfigurator bus)
    {
        bus.AddConsumer<TestConsumer>();
        bus.AddConsumer<DrainWorkerConsumer>();
    }

    public void Configure(IBusRegistrationContext context, IBusFactoryConfigurator bus)
    {
        bus.SharedEndpoint(context, Queues.ScreenshotWork, Handlers, endpoint =>
        {
            endpoint.ConfigureConsumeTopology = false;
            endpoint.ConfigureConsumer<TestConsumer>(context);
        });
        bus.InstanceEndpoint(context, "test.ear", endpoint => endpoint.ConfigureConsumer<DrainWorkerConsumer>(context));
    }

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (eventId.Id == GivenBackEvent)
        {
            Interlocked.Increment(ref _givenBack);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Release();
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
        _slot.Dispose();
    }

    private async Task<string> WorkAsync(CancellationToken stop)
    {
        Interlocked.Increment(ref _begun);
        await _released.Task.WaitAsync(stop);
        return "done";
    }

    private async Task<IDisposable> TakeSlotAsync(CancellationToken cancellationToken)
    {
        await _slot.WaitAsync(cancellationToken);
        return new Slot(_slot);
    }

    private sealed class Slot(SemaphoreSlim slot) : IDisposable
    {
        public void Dispose() => slot.Release();
    }

    private sealed class TestConsumer(DrainableWorker worker, LeaseRunner runner) : IConsumer<TakeScreenshots>
    {
        public Task Consume(ConsumeContext<TakeScreenshots> context) => runner.RunAsync(
            new Reports(worker, context, context.Message), Pace, (_, stop) => worker.WorkAsync(stop), worker.TakeSlotAsync);
    }

    private sealed class Reports(DrainableWorker worker, ConsumeContext context, TakeScreenshots command) : LeaseReports<string>(
        context, command, new WorkLease(command.TaskId, command.Infohash, Step.Screenshots, command.Item, command.Lease, "testing"))
    {
        protected override byte[]? ResumeData => null;

        public override Task ProgressAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public override Task EndedAsync(string outcome, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref worker._done);
            return Task.CompletedTask;
        }
    }
}
