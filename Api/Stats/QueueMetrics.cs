using System.Diagnostics.Metrics;
using EventTorrent.Hosting.Telemetry;

namespace EventTorrent.Api.Stats;

/// <summary>What the last look at the broker saw, for <c>/metrics</c>. The names of queues are our own; there are a few for each volume.</summary>
internal sealed class QueueMetrics(QueueCensus census, IMeterFactory meters) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        var meter = meters.Create(TelemetryNames.Meter);
        meter.CreateObservableGauge(
            "eventtorrent.queue.messages", () => census.Last.Queues.SelectMany(Messages), null,
            "Messages that wait, by queue: ready for a consumer, or kept beside it as error or skipped.");
        meter.CreateObservableGauge(
            "eventtorrent.queue.consumers", () => census.Last.Queues.Select(queue => Of(queue.Consumers, queue.Name)), null, "Consumers of all processes, by queue.");
        meter.CreateObservableGauge(
            "eventtorrent.broker.reachable", () => census.Last.Reachable is { } reachable ? [new Measurement<int>(reachable ? 1 : 0)] : Array.Empty<Measurement<int>>(),
            null, "1 while the broker answers, 0 while it does not; nothing with the bus in memory.");
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static IEnumerable<Measurement<long>> Messages(QueueView queue) =>
        [Of(queue.Ready, queue.Name, "ready"), Of(queue.Errors, queue.Name, "error"), Of(queue.Skipped, queue.Name, "skipped")];

    private static Measurement<long> Of(long value, string queue, string? kind = null) => new(
        value, kind is null ? [new("queue", queue)] : [new KeyValuePair<string, object?>("queue", queue), new("kind", kind)]);
}
