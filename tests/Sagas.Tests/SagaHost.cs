using System.Data;
using System.Threading.Channels;
using EventTorrent.Contracts;
using EventTorrent.Hosting;
using EventTorrent.Storage;
using EventTorrent.Storage.Model;
using EventTorrent.TestKit;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;

namespace EventTorrent.Sagas.Tests;

/// <summary>The state machine and the Dispatcher in a process of their own; the test is the worker and the door.</summary>
internal sealed class SagaHost : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly WebApplication _app;
    private Place? _own;

    private SagaHost(Place place)
    {
        Place = place;
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = "Test" });
        builder.Configuration.AddInMemoryCollection(place.Settings).AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Urls"] = "http://127.0.0.1:0",
            ["Sagas:Concurrency"] = "4",
            ["Sagas:PollInterval"] = "00:00:00.050",
        });
        // MassTransit keeps the first host's logger factory in a static: one that is never disposed serves all tests.
        builder.Services.AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance);
        builder.Services.AddSingleton<TimeProvider>(place.Time);
        builder.Services.AddTorrentStorage(builder.Configuration);
        builder.Services.AddSagas(builder.Configuration);
        builder.Services.AddEventTorrentBus(builder.Configuration, new SagaBus(), place.Inbox);
        _app = builder.Build();
    }

    public Place Place { get; }

    public ShiftedTime Time => Place.Time;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Starts one in a place of its own.</summary>
    public static async Task<SagaHost> StartAsync(Flavour flavour)
    {
        var place = await Place.CreateAsync(flavour);
        var host = await StartAsync(place);
        host._own = place;
        return host;
    }

    public static async Task<SagaHost> StartAsync(Place place)
    {
        var host = new SagaHost(place);
        await host._app.MigrateStorageAsync(Cancellation);
        await host._app.StartAsync(Cancellation);

        // What is published before a queue is bound to it reaches nobody.
        var bus = host._app.Services.GetRequiredService<IBusControl>();
        Assert.Equal(BusHealthStatus.Healthy, await bus.WaitForHealthStatus(BusHealthStatus.Healthy, Patience));
        return host;
    }

    /// <summary>Tells an observer of every report that this process has handled.</summary>
    public void Observe<T>(IConsumeMessageObserver<T> observer) where T : class =>
        _app.Services.GetRequiredService<IBusControl>().ConnectConsumeMessageObserver(observer);

    /// <summary>A part of it, to be asked directly.</summary>
    public T Part<T>() where T : notnull => _app.Services.GetRequiredService<T>();

    /// <summary>What the door does: the row first, then the nudge.</summary>
    public async Task<Infohash> SubmitAsync(int shots = 3, bool nudge = true, IReadOnlyList<int>? files = null, Wants wants = Wants.Screenshots)
    {
        var infohash = Infohash.Parse(Convert.ToHexString(Guid.NewGuid().ToByteArray()) + "01234567");
        var now = Time.GetUtcNow();
        await ChangeAsync(db => db.Tasks.Add(new TorrentTask
        {
            CorrelationId = infohash.ToTaskId(),
            Infohash = infohash.ToString(),
            Wants = wants,
            Shots = shots,
            FilesAsked = files ?? [],
            CreatedAt = now,
            UpdatedAt = now,
            Items =
            {
                new WorkItem
                {
                    Step = wants == Wants.Stream ? Step.Download : Step.Screenshots, Shots = wants.HasFlag(Wants.Screenshots) ? shots : 0,
                    CreatedAt = now, DueAt = now,
                },
            },
        }));
        if (nudge)
        {
            await PublishAsync(new SubmitTorrent(infohash.ToTaskId(), infohash.ToString()));
        }

        return infohash;
    }

    public Task ChangeAsync(Action<TorrentDb> change) => WithDbAsync(db =>
    {
        change(db);
        return db.SaveChangesAsync(Cancellation);
    });

    /// <summary>Works on the rows as another part of the system would.</summary>
    public async Task<T> WithDbAsync<T>(Func<TorrentDb, Task<T>> work)
    {
        await using var scope = _app.Services.CreateAsyncScope();
        return await work(scope.ServiceProvider.GetRequiredService<TorrentDb>());
    }

    /// <summary>What the door does when a person wants something of a task: the row first, then the nudge.</summary>
    public async Task WishAsync(Infohash infohash, Action<TorrentTask> wish, bool nudge = true)
    {
        await ChangeAsync(db =>
        {
            var task = db.Tasks.Single(task => task.Infohash == infohash.ToString());
            wish(task);
            task.AttentionSince = Time.GetUtcNow();
        });
        if (nudge)
        {
            await PublishAsync(new SubmitTorrent(infohash.ToTaskId(), infohash.ToString()));
        }
    }

    public Task PublishAsync<T>(T message) where T : class =>
        _app.Services.GetRequiredService<IBus>().Publish(message, message.GetType(), Cancellation);

    public async Task<TorrentTask> ReadAsync(Infohash infohash)
    {
        await using var scope = _app.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<TorrentDb>();
        // Several queries, one moment: else a row could be older than its children.
        await using var moment = db.IsPostgres ? await db.Database.BeginTransactionAsync(IsolationLevel.RepeatableRead, Cancellation) : null;
        return await db.Tasks.AsNoTracking().AsSplitQuery()
            .Include(task => task.Items).Include(task => task.Files).Include(task => task.Screenshots).Include(task => task.Timeline)
            .SingleAsync(task => task.Infohash == infohash.ToString(), Cancellation);
    }

    public Task<TorrentTask> WaitForAsync(Infohash infohash, TaskState state) => WaitForAsync(infohash, task => task.CurrentState == state.ToString());

    public async Task<TorrentTask> WaitForAsync(Infohash infohash, Func<TorrentTask, bool> condition, TimeSpan? patience = null)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        deadline.CancelAfter(patience ?? Patience);
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

    public Task<TakeScreenshots> NextCommandAsync() => NextAsync(Place.Inbox.Commands.Reader);

    public Task<DownloadTorrent> NextDownloadAsync() => NextAsync(Place.Inbox.Downloads.Reader);

    public Task<TranscodeVideo> NextTranscodeAsync() => NextAsync(Place.Inbox.Transcodes.Reader);

    public Task<StopWork> NextStopAsync() => NextAsync(Place.Inbox.Stops.Reader);

    public Task<PurgeData> NextPurgeAsync() => NextAsync(Place.Inbox.Purges.Reader);

    public bool HasPurge => Place.Inbox.Purges.Reader.TryPeek(out _);

    public bool HasCommand => Place.Inbox.Commands.Reader.TryPeek(out _);

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
        if (_own is not null)
        {
            await _own.DisposeAsync();
        }
    }

    private static async Task<T> NextAsync<T>(ChannelReader<T> reader)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        deadline.CancelAfter(Patience);
        return await reader.ReadAsync(deadline.Token);
    }
}
