using Microsoft.Extensions.Options;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace EventTorrent.Hosting.Watchdog;

/// <summary>
/// A connection beside the bus, to ask the broker itself. It has no consumers, so that nothing can keep it from
/// reconnecting, and every question ends within a few seconds. For one asker at a time.
/// </summary>
public sealed class BrokerProbe(IOptions<BusOptions> options, ConnectionName name) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    /// <summary>No queue has this name: what is sent to it is dropped.</summary>
    private const string Nobody = "nobody";

    private IConnection? _connection;
    private IChannel? _channel;

    /// <summary>
    /// Sends a word to nobody. A broker whose disk or memory is full reads nothing more from connections that publish: then
    /// this one is held up like those of the bus, and the next question says that the broker is away.
    /// </summary>
    /// <exception cref="BrokerAwayException">The broker does not answer.</exception>
    public Task SpeakAsync(CancellationToken cancellationToken) => AskAsync(
        async (channel, token) =>
        {
            await channel.BasicPublishAsync(exchange: "", Nobody, ReadOnlyMemory<byte>.Empty, token);
            return true;
        },
        cancellationToken);

    /// <summary>Counts of a queue that is not changed by asking.</summary>
    /// <returns>Null when there is no such queue.</returns>
    /// <exception cref="BrokerAwayException">The broker does not answer.</exception>
    public async Task<QueueCounts?> CountAsync(string queue, CancellationToken cancellationToken)
    {
        try
        {
            return CountsOf(await AskAsync((channel, token) => channel.QueueDeclarePassiveAsync(queue, token), cancellationToken));
        }
        catch (OperationInterruptedException refused) when (refused.ShutdownReason?.ReplyCode == Constants.NotFound)
        {
            return null;
        }
        catch (OperationInterruptedException refused) when (refused.ShutdownReason?.ReplyCode == Constants.ResourceLocked)
        {
            // It is the bus's connection's alone, and goes with its last consumer: so it has one. What waits in it is not told.
            return new QueueCounts(Ready: 0, Consumers: 1);
        }
    }

    /// <summary>Counts of a queue for what went wrong, which is made when it is not there.</summary>
    /// <exception cref="BrokerAwayException">The broker does not answer.</exception>
    public async Task<QueueCounts> CountErrorsAsync(string queue, CancellationToken cancellationToken) => CountsOf(await AskAsync(
        (channel, token) => channel.QueueDeclareAsync(
            queue, durable: true, exclusive: false, autoDelete: false, ErrorQueues.Arguments, cancellationToken: token),
        cancellationToken));

    /// <summary>A connection that is to end has nothing more to tell, and a broker that does not answer is not waited for.</summary>
    public async ValueTask DisposeAsync()
    {
        var connection = _connection;
        (_connection, _channel) = (null, null);
        if (connection is not null)
        {
            await Task.WhenAny(connection.DisposeAsync().AsTask(), Task.Delay(Patience / 4, CancellationToken.None));
        }
    }

    private static QueueCounts CountsOf(QueueDeclareOk answer) => new(answer.MessageCount, answer.ConsumerCount);

    private async Task<T> AskAsync<T>(Func<IChannel, CancellationToken, Task<T>> ask, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        try
        {
            return await AskOnceAsync(ask, limit.Token).WaitAsync(limit.Token);
        }
        catch (OperationInterruptedException) when (_connection is { IsOpen: true })
        {
            // An answer, though a refusal; the broker closes the channel with it, and the next question opens another.
            throw;
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            await DisposeAsync();
            throw new BrokerAwayException(failure);
        }
    }

    private async Task<T> AskOnceAsync<T>(Func<IChannel, CancellationToken, Task<T>> ask, CancellationToken cancellationToken)
    {
        if (_connection is not { IsOpen: true })
        {
            await DisposeAsync();
            _connection = await CreateFactory().CreateConnectionAsync(cancellationToken);
        }

        if (_channel is not { IsOpen: true })
        {
            _channel = await _connection.CreateChannelAsync(cancellationToken: cancellationToken);
        }

        return await ask(_channel, cancellationToken);
    }

    private ConnectionFactory CreateFactory() => new()
    {
        Uri = options.Value.Address,
        ClientProvidedName = $"{name.Value} probe",
        AutomaticRecoveryEnabled = false,
        RequestedHeartbeat = options.Value.Heartbeat,
        RequestedConnectionTimeout = Patience,
        ContinuationTimeout = Patience,
    };
}
