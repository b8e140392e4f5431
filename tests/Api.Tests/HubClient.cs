using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;

namespace EventTorrent.Api.Tests;

/// <summary>A page at the status hub: WebSocket and the SignalR JSON protocol by hand, as the page itself does it.</summary>
internal sealed class HubClient : IAsyncDisposable
{
    private const char End = '\u001e';

    private readonly ClientWebSocket _socket = new();
    private readonly Queue<JsonNode> _messages = new();

    public static async Task<HubClient> ConnectAsync(Uri address, string? origin = null, string? host = null, string? key = null, string? cookie = null)
    {
        var client = new HubClient();
        foreach (var (name, value) in new[] { ("Origin", origin), ("Host", host), ("X-API-Key", key), ("Cookie", cookie) })
        {
            if (value is not null)
            {
                client._socket.Options.SetRequestHeader(name, value);
            }
        }

        try
        {
            await client._socket.ConnectAsync(new UriBuilder(address) { Scheme = "ws", Path = "/hubs/status" }.Uri, ApiHost.Token);
            await client._socket.SendAsync(
                Encoding.UTF8.GetBytes($"{{\"protocol\":\"json\",\"version\":1}}{End}"), WebSocketMessageType.Text, true, ApiHost.Token);
            await client.ReadAsync(message => message["type"] is null);
            return client;
        }
        catch (WebSocketException)
        {
            await client.DisposeAsync();
            throw;
        }
    }

    /// <summary>The first argument of the next push of a kind.</summary>
    public async Task<JsonNode> NextAsync(string target) =>
        (await ReadAsync(message => (string?)message["target"] == target))["arguments"]![0]!;

    /// <summary>Returns when the server has ended the connection.</summary>
    public async Task WaitForEndAsync(TimeSpan deadline)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(ApiHost.Token);
        end.CancelAfter(deadline);
        var buffer = new byte[64 * 1024];
        try
        {
            while ((await _socket.ReceiveAsync(buffer, end.Token)).MessageType != WebSocketMessageType.Close)
            {
            }
        }
        catch (WebSocketException)
        {
            // Ended without a word.
        }
        catch (OperationCanceledException) when (!ApiHost.Token.IsCancellationRequested)
        {
            throw new TimeoutException($"The server has not ended the connection within {deadline.TotalSeconds} s.");
        }
    }

    public ValueTask DisposeAsync()
    {
        _socket.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<JsonNode> ReadAsync(Predicate<JsonNode> isWanted)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(ApiHost.Token);
        deadline.CancelAfter(TimeSpan.FromSeconds(20));
        var buffer = new byte[64 * 1024];
        while (true)
        {
            while (_messages.TryDequeue(out var message))
            {
                if (isWanted(message))
                {
                    return message;
                }
            }

            var read = await _socket.ReceiveAsync(buffer, deadline.Token);
            Assert.True(read.EndOfMessage);
            foreach (var text in Encoding.UTF8.GetString(buffer, 0, read.Count).Split(End, StringSplitOptions.RemoveEmptyEntries))
            {
                _messages.Enqueue(JsonNode.Parse(text)!);
            }
        }
    }
}
