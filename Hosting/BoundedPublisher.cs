using MassTransit;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace EventTorrent.Hosting;

/// <summary>
/// Publishes from outside a message handler: never longer than the time limit, never with an exception. What is lost here
/// is found again by the Dispatcher, so the answer is for the log only.
/// </summary>
public sealed partial class BoundedPublisher(IBus bus, IOptions<BusOptions> options, TimeProvider time, ILogger<BoundedPublisher> logger)
{
    /// <returns>Whether the broker has the message.</returns>
    public Task<bool> TryPublishAsync<T>(T message, CancellationToken cancellationToken) where T : class =>
        TryAsync(typeof(T).Name, token => bus.Publish(message, token), cancellationToken);

    /// <inheritdoc cref="TryPublishAsync"/>
    public Task<bool> TrySendAsync<T>(Uri address, T message, CancellationToken cancellationToken) where T : class =>
        TryAsync(typeof(T).Name, async token => await (await bus.GetSendEndpoint(address).WaitAsync(token)).Send(message, token), cancellationToken);

    private async Task<bool> TryAsync(string message, Func<CancellationToken, Task> publish, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(options.Value.PublishTimeout, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            await publish(linked.Token).WaitAsync(linked.Token);
            return true;
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            // Whatever the transport throws, the cure is the same.
            LogNotPublished(message, failure.GetType().Name);
            return false;
        }
    }

    [LoggerMessage(6001, LogLevel.Warning, "{Message} could not be published now ({Failure}); it will be sent again")]
    private partial void LogNotPublished(string message, string failure);
}
