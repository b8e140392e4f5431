using System.Threading.Channels;
using EventTorrent.Contracts;
using EventTorrent.Hosting;
using EventTorrent.Storage;
using EventTorrent.Storage.Model;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;

namespace EventTorrent.Sagas.Tests;

/// <summary>The state machine and the Dispatcher as AllInOne runs them; the test is the worker and the door.</summary>
internal sealed class SagaHost : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly WebApplication _app;
    private readonly Inbox _inbox = new();

    private SagaHost(string directory, ShiftedTime time)
    {
        Directory = directory;
        Time = time;
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = "Test" });
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Urls"] = "http://127.0.0.1:0",
            ["Storage:DataDirectory"] = directory,
            ["Sagas:RequeueAtStart"] = "true",
            ["Sagas:Concurrency"] = "4",
            ["Sagas:PollInterval"] = "00:00:00.050",
        });
        // MassTransit keeps the first host's logger factory in a static: one that is never disposed serves all tests.
        builder.Services.AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance);
        builder.Services.AddSingleton<TimeProvider>(time);
        builder.Services.AddTorrentStorage(builder.Configuration);
        builder.Services.AddSagas(builder.Configuration);
        builder.Services.AddEventTorrentBus(builder.Configuration, new SagaBus(), _inbox);
        _app = builder.Build();
    }

    public string Directory { get; }

    public ShiftedTime Time { get; }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<SagaHost> StartAsync(string? directory = null, ShiftedTime? time = null)
    {
        var host = new SagaHost(directory ?? System.IO.Directory.CreateTempSubdirectory("saga-tests-").FullName, time ?? new ShiftedTime());
        await host._app.MigrateStorageAsync(Cancellation);
        await host._app.StartAsync(Cancellation);
        return host;
    }

    /// <summary>What the door does: the row first, then the nudge.</summary>
    public async Task<Infohash> SubmitAsync(int shots = 3, bool nudge = true, IReadOnlyList<int>? files = null)
    {
        var infohash = Infohash.Parse(Convert.ToHexString(Guid.NewGuid().ToByteArray()) + "01234567");
        var now = Time.GetUtcNow();
        await ChangeAsync(db => db.Tasks.Add(new TorrentTask
        {
            CorrelationId = infohash.ToTaskId(),
            Infohash = infohash.ToString(),
            Shots = shots,
            FilesAsked = files ?? [],
            CreatedAt = now,
            UpdatedAt = now,
            Items =
            {
                new WorkItem { Step = Step.Screenshots, Shots = shots, CreatedAt = now, DueAt = now },
            },
        }));
        if (nudge)
        {
            await PublishAsync(new SubmitTorrent(infohash.ToTaskId(), infohash.ToString()));
        }

        return infohash;
    }

    public async Task ChangeAsync(Action<TorrentDb> change)
    {
        await using var scope = _app.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<TorrentDb>();
        change(db);
        await db.SaveChangesAsync(Cancellation);
    }

    public Task PublishAsync<T>(T message) where T : class =>
        _app.Services.GetRequiredService<IBus>().Publish(message, message.GetType(), Cancellation);

    public async Task<TorrentTask> ReadAsync(Infohash infohash)
    {
        await using var scope = _app.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<TorrentDb>().Tasks.AsNoTracking().AsSplitQuery()
            .Include(task => task.Items).Include(task => task.Files).Include(task => task.Screenshots).Include(task => task.Timeline)
            .SingleAsync(task => task.Infohash == infohash.ToString(), Cancellation);
    }

    public async Task<TorrentTask> WaitForAsync(Infohash infohash, Func<TorrentTask, bool> condition)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        deadline.CancelAfter(Patience);
        var task = await ReadAsync(infohash);
        while (!condition(task))
        {
            if (deadline.IsCancellationRequested)
            {
                Assert.Fail($"Waited in vain; the task is {task.CurrentState}, items: {string.Join(", ", task.Items.Select(item => $"{item.Index} {item.State} lease {item.Lease}"))}");
            }

            await Task.Delay(20, CancellationToken.None);
            task = await ReadAsync(infohash);
        }

        return task;
    }

    public Task<TakeScreenshots> NextCommandAsync() => NextAsync(_inbox.Commands.Reader);

    public Task<StopWork> NextStopAsync() => NextAsync(_inbox.Stops.Reader);

    public bool HasCommand => _inbox.Commands.Reader.TryPeek(out _);

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
    }

    private static async Task<T> NextAsync<T>(ChannelReader<T> reader)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        deadline.CancelAfter(Patience);
        return await reader.ReadAsync(deadline.Token);
    }

    /// <summary>Takes what workers would take.</summary>
    private sealed class Inbox : IBusModule
    {
        public Channel<TakeScreenshots> Commands { get; } = Channel.CreateUnbounded<TakeScreenshots>();

        public Channel<StopWork> Stops { get; } = Channel.CreateUnbounded<StopWork>();

        public void Register(IBusRegistrationConfigurator bus)
        {
        }

        public void Configure(IBusRegistrationContext context, IBusFactoryConfigurator bus)
        {
            bus.SharedEndpoint(Queues.ScreenshotWork, 4, endpoint => endpoint.Handler<TakeScreenshots>(c => Commands.Writer.WriteAsync(c.Message).AsTask()));
            bus.InstanceEndpoint(context, "test.stop", endpoint => endpoint.Handler<StopWork>(c => Stops.Writer.WriteAsync(c.Message).AsTask()));
        }
    }
}
