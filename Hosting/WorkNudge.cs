using System.Threading.Channels;
using EventTorrent.Contracts;
using Microsoft.Extensions.Hosting;

namespace EventTorrent.Hosting;

/// <summary>
/// Wakes the Dispatcher when there is new work in the table: the first word goes out at once, what follows within a moment
/// is said with one more. A thousand submissions a second cost fifty messages.
/// </summary>
public sealed class WorkNudge(BoundedPublisher publisher, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(20);

    private readonly Channel<bool> _words = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Never waits.</summary>
    public void Say() => _words.Writer.TryWrite(true);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var _ in _words.Reader.ReadAllAsync(stoppingToken))
        {
            await publisher.TryPublishAsync(new WorkAdded(time.GetUtcNow()), stoppingToken);
            await Task.Delay(Moment, time, stoppingToken);
        }
    }
}
