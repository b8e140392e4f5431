using System.Text;
using System.Text.Json;
using RabbitMQ.Client;

namespace EventTorrent.Hosting.Tests;

/// <summary>Puts bytes into queues, and looks at what became of them.</summary>
internal sealed class RawQueue : IAsyncDisposable
{
    private readonly IConnection _connection;
    private readonly IChannel _channel;

    private RawQueue(IConnection connection, IChannel channel) => (_connection, _channel) = (connection, channel);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<RawQueue> ConnectAsync(Uri address)
    {
        var connection = await new ConnectionFactory { Uri = address }.CreateConnectionAsync(Cancellation);
        return new RawQueue(connection, await connection.CreateChannelAsync(cancellationToken: Cancellation));
    }

    /// <summary>A message as MassTransit wraps it.</summary>
    public static byte[] Envelope(string type, object message) => JsonSerializer.SerializeToUtf8Bytes(new
    {
        messageId = Guid.NewGuid(),
        messageType = new[] { $"urn:message:{type}" },
        message,
    });

    public Task SendAsync(string queue, string body) => SendAsync(queue, Encoding.UTF8.GetBytes(body));

    public async Task SendAsync(string queue, byte[] body) => await _channel.BasicPublishAsync(
        "", queue, mandatory: true, new BasicProperties { ContentType = "application/vnd.masstransit+json", DeliveryMode = DeliveryModes.Persistent },
        body, Cancellation);

    /// <summary>What the errors of a queue say, oldest first; they are taken away.</summary>
    public async Task<IReadOnlyList<string>> TakeErrorsAsync(string queue)
    {
        var errors = new List<string>();
        while (await _channel.BasicGetAsync($"{queue}_error", autoAck: true, Cancellation) is { } message)
        {
            errors.Add(message.BasicProperties.Headers?["MT-Fault-Message"] is byte[] text ? Encoding.UTF8.GetString(text) : "");
        }

        return errors;
    }

    /// <summary>What is written on the messages of a queue, and in them; they are taken away.</summary>
    public async Task<IReadOnlyList<(string Headers, string Body)>> TakeAsync(string queue)
    {
        var taken = new List<(string, string)>();
        while (await _channel.BasicGetAsync(queue, autoAck: true, Cancellation) is { } message)
        {
            var headers = (message.BasicProperties.Headers ?? new Dictionary<string, object?>())
                .Select(header => $"{header.Key}: {(header.Value is byte[] text ? Encoding.UTF8.GetString(text) : header.Value)}");
            taken.Add((string.Join('\n', headers), Encoding.UTF8.GetString(message.Body.Span)));
        }

        return taken;
    }

    public async Task<uint> CountAsync(string queue) => (await _channel.QueueDeclarePassiveAsync(queue, Cancellation)).MessageCount;

    public async ValueTask DisposeAsync()
    {
        await _channel.DisposeAsync();
        await _connection.DisposeAsync();
    }
}
