using System.Diagnostics.Metrics;
using EventTorrent.Hosting;
using EventTorrent.Hosting.Telemetry;
using EventTorrent.Storage;
using EventTorrent.Storage.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace EventTorrent.Sagas;

/// <summary>
/// Counts the rows for <c>/metrics</c>, while somebody asks. Every saga host counts the same rows: over several, take the greatest.
/// </summary>
internal sealed partial class TaskCensus(
    IServiceScopeFactory scopes, Preparations preparations, IMeterFactory meters, IOptions<SagaOptions> options, TimeProvider time, ILogger<TaskCensus> logger)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    /// <summary>What nobody has asked for in this time is not counted.</summary>
    private static readonly TimeSpan Interest = TimeSpan.FromMinutes(2);

    private static readonly Seen Nothing = new([], [], []);

    private Seen _seen = Nothing;
    private long _asked = time.GetTimestamp();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var meter = meters.Create(TelemetryNames.Meter);
        meter.CreateObservableGauge("eventtorrent.tasks", () => Look().Tasks, null, "Tasks by state.");
        meter.CreateObservableGauge("eventtorrent.work.items", () => Look().Items, null, "Work items by step and state.");
        meter.CreateObservableGauge(
            "eventtorrent.work.delay", () => Look().Delays, "s",
            "Of the oldest item by step and state: Waiting, how long it has been due; Running, how long its worker has said nothing.");
        await preparations.WaitAsync(stoppingToken);
        using var timer = new PeriodicTimer(Interval, time);
        do
        {
            if (time.GetElapsedTime(Interlocked.Read(ref _asked)) < Interest)
            {
                Volatile.Write(ref _seen, await CountAsync(stoppingToken));
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private Seen Look()
    {
        Interlocked.Exchange(ref _asked, time.GetTimestamp());
        return Volatile.Read(ref _seen);
    }

    /// <summary>While the database is away there are no figures, as any would be wrong.</summary>
    private async Task<Seen> CountAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var db = scope.ServiceProvider.GetRequiredService<TorrentDb>();
            var tasks = await db.Tasks.GroupBy(task => task.CurrentState)
                .Select(group => new { State = group.Key, Count = group.Count() })
                .ToListAsync(cancellationToken);
            var items = await db.WorkItems.GroupBy(item => new { item.Step, item.State })
                .Select(group => new { group.Key.Step, group.Key.State, Count = group.Count(), Due = group.Min(item => item.DueAt) })
                .ToListAsync(cancellationToken);
            var now = time.GetUtcNow();
            return new Seen(
                tasks.ConvertAll(one => new Measurement<long>(one.Count, new KeyValuePair<string, object?>("state", one.State))),
                items.ConvertAll(one => Of(one.Step.ToString(), one.State, (long)one.Count)),
                [
                    .. from one in items
                       where one is { Due: not null, State: WorkItemState.Waiting or WorkItemState.Running }
                       let due = one.Due.GetValueOrDefault()
                       let since = one.State == WorkItemState.Running ? due - options.Value.Heartbeat : due
                       select Of(one.Step.ToString(), one.State, Math.Max(0, (now - since).TotalSeconds)),
                ]);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            LogNotCounted(failure.GetType().Name);
            return Nothing;
        }
    }

    private static Measurement<T> Of<T>(string step, WorkItemState state, T value) where T : struct =>
        new(value, new KeyValuePair<string, object?>("step", step), new KeyValuePair<string, object?>("state", state.ToString()));

    private sealed record Seen(List<Measurement<long>> Tasks, List<Measurement<long>> Items, List<Measurement<double>> Delays);

    [LoggerMessage(7301, LogLevel.Debug, "The rows could not be counted for /metrics ({Reason})")]
    private partial void LogNotCounted(string reason);
}
