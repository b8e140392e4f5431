using System.Threading.Channels;
using EventTorrent.Contracts;
using EventTorrent.Hosting;

namespace EventTorrent.Signaling;

/// <summary>
/// What is to be said on the bus, in order and one after another, so that nobody who says something waits for a broker.
/// When too much waits, which only a broker that is away brings about, the rest is lost.
/// </summary>
internal sealed class RelayQueue(BoundedPublisher publisher) : BackgroundService
{
    private const int Capacity = 512;

    private readonly Channel<Func<CancellationToken, Task>> _waiting =
        Channel.CreateBounded<Func<CancellationToken, Task>>(new BoundedChannelOptions(Capacity) { SingleReader = true });

    /// <summary>Sends something to another Signaling process.</summary>
    public bool TryAdd<T>(string instance, T message) where T : class =>
        _waiting.Writer.TryWrite(token => publisher.TrySendAsync(BusEndpoints.AddressOf(Queues.SignalingOf(instance)), message, token));

    /// <summary>Tells all of them.</summary>
    public bool TryPublish<T>(T message) where T : class => _waiting.Writer.TryWrite(token => publisher.TryPublishAsync(message, token));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var say in _waiting.Reader.ReadAllAsync(stoppingToken))
        {
            await say(stoppingToken);
        }
    }
}
