using System.Collections.Concurrent;
using MassTransit;

namespace EventTorrent.Hosting.Watchdog;

/// <summary>One endpoint as its observer has seen it.</summary>
internal sealed class WatchedEndpoint(string queue, int slots)
{
    // With the token of each, as it was at the beginning: a delivery that has just ended must not be asked for it.
    private readonly ConcurrentDictionary<ReceiveContext, CancellationToken> _running = new(ReferenceEqualityComparer.Instance);
    private long _lastDelivery;
    private volatile bool _isReady;

    public bool IsReady
    {
        set => _isReady = value;
    }

    // The token of a delivery ends with its channel.
    public EndpointFacts Facts => new(
        queue, slots, _isReady, _running.Count, _running.Values.Count(token => token.IsCancellationRequested),
        TimeSpan.FromTicks(Interlocked.Read(ref _lastDelivery)));

    public void Begin(ReceiveContext delivery, TimeSpan now)
    {
        _running.TryAdd(delivery, delivery.CancellationToken);
        Interlocked.Exchange(ref _lastDelivery, now.Ticks);
    }

    public void End(ReceiveContext delivery, TimeSpan now)
    {
        _running.TryRemove(delivery, out _);
        Interlocked.Exchange(ref _lastDelivery, now.Ticks);
    }
}
