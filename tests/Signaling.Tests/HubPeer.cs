using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;

namespace EventTorrent.Signaling.Tests;

/// <summary>A connection to the hub: WebSocket and SignalR's JSON protocol by hand, so that it can say what no client would.</summary>
internal sealed class HubPeer : IAsyncDisposable
{
    private const char End = '\u001e';
    private const int Ping = 6;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>As SignalR's clients do, so that the hub knows that somebody is there.</summary>
    private static readonly TimeSpan PingInterval = TimeSpan.FromSeconds(10);

    private readonly ClientWebSocket _socket = new();
    private readonly Channel<JsonNode> _signals = Channel.CreateUnbounded<JsonNode>();
    private readonly Channel<JsonNode> _completions = Channel.CreateUnbounded<JsonNode>();
    private readonly SemaphoreSlim _writing = new(1);
    private readonly CancellationTokenSource _end = new();
    private Task _reading = Task.CompletedTask;
    private Task _pinging = Task.CompletedTask;
    private int _invocations;

    /// <exception cref="WebSocketException">The handshake was refused; the message has the status code.</exception>
    public static async Task<HubPeer> ConnectAsync(Uri address, string? key, string? origin)
    {
        var peer = new HubPeer();
        if (key is not null)
        {
            peer._socket.Options.SetRequestHeader("Authorization", $"Bearer {key}");
        }

        if (origin is not null)
        {
            peer._socket.Options.SetRequestHeader("Origin", origin);
        }

        try
        {
            using var deadline = Deadline();
            await peer._socket.ConnectAsync(new UriBuilder(address) { Scheme = "ws", Path = "/hubs/signaling" }.Uri, deadline.Token);
            await peer.WriteAsync(new JsonObject { ["protocol"] = "json", ["version"] = 1 });
            peer._reading = peer.ReadAsync();
            peer._pinging = peer.PingAsync();
            return peer;
        }
        catch (WebSocketException)
        {
            await peer.DisposeAsync();
            throw;
        }
    }

    /// <summary>The hub has ended the connection.</summary>
    public bool HasEnded => _reading.IsCompleted;

    /// <summary>Calls a method and waits for its result.</summary>
    /// <exception cref="InvalidOperationException">The hub answered with an error.</exception>
    public async Task<JsonNode?> InvokeAsync(string method, params object[] arguments)
    {
        await SendAsync(method, $"{++_invocations}", arguments);
        var completion = await NextAsync(_completions);
        return completion["error"] is { } error ? throw new InvalidOperationException((string?)error) : completion["result"];
    }

    /// <summary>Calls a method without an answer.</summary>
    public Task SendAsync(string method, params object[] arguments) => SendAsync(method, null, arguments);

    /// <summary>The next signal.</summary>
    public Task<JsonNode> NextSignalAsync() => NextAsync(_signals);

    /// <summary>Waits until the hub has ended the connection.</summary>
    public Task WaitForEndAsync() => _reading.WaitAsync(Patience, SignalingHost.Token);

    /// <summary>What has come is all there is: a question that the hub answers in order has been answered.</summary>
    public async Task<IReadOnlyList<JsonNode>> TakeSignalsAsync()
    {
        await InvokeAsync("IceServers");
        var taken = new List<JsonNode>();
        while (_signals.Reader.TryRead(out var signal))
        {
            taken.Add(signal);
        }

        return taken;
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _socket.Abort();
        await _reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _pinging.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _socket.Dispose();
    }

    private static CancellationTokenSource Deadline()
    {
        var deadline = CancellationTokenSource.CreateLinkedTokenSource(SignalingHost.Token);
        deadline.CancelAfter(Patience);
        return deadline;
    }

    private static async Task<JsonNode> NextAsync(Channel<JsonNode> channel)
    {
        using var deadline = Deadline();
        return await channel.Reader.ReadAsync(deadline.Token);
    }

    private Task SendAsync(string method, string? invocation, object[] arguments)
    {
        var message = new JsonObject { ["type"] = 1, ["target"] = method, ["arguments"] = JsonSerializer.SerializeToNode(arguments) };
        if (invocation is not null)
        {
            message["invocationId"] = invocation;
        }

        return WriteAsync(message);
    }

    private async Task WriteAsync(JsonObject message)
    {
        using var deadline = Deadline();
        await _writing.WaitAsync(deadline.Token);
        try
        {
            await _socket.SendAsync(Encoding.UTF8.GetBytes(message.ToJsonString() + End), WebSocketMessageType.Text, true, deadline.Token);
        }
        finally
        {
            _writing.Release();
        }
    }

    private async Task PingAsync()
    {
        using var timer = new PeriodicTimer(PingInterval);
        while (await timer.WaitForNextTickAsync(_end.Token))
        {
            await WriteAsync(new JsonObject { ["type"] = Ping });
        }
    }

    private async Task ReadAsync()
    {
        var buffer = new byte[256 * 1024];
        var filled = 0;
        try
        {
            while (true)
            {
                var read = await _socket.ReceiveAsync(buffer.AsMemory(filled), CancellationToken.None);
                if (read.MessageType == WebSocketMessageType.Close)
                {
                    break;
                }

                filled += read.Count;
                if (read.EndOfMessage)
                {
                    foreach (var text in Encoding.UTF8.GetString(buffer, 0, filled).Split(End, StringSplitOptions.RemoveEmptyEntries))
                    {
                        Hear(JsonNode.Parse(text)!);
                    }

                    filled = 0;
                }
            }
        }
        catch (WebSocketException)
        {
            // Ended without a word.
        }
        finally
        {
            _signals.Writer.TryComplete();
            _completions.Writer.TryComplete();
        }
    }

    private void Hear(JsonNode message)
    {
        switch ((int?)message["type"])
        {
            case 1:
                _signals.Writer.TryWrite(message["arguments"]![0]!);
                break;
            case 3:
                _completions.Writer.TryWrite(message);
                break;
            case Ping or null:
                break;
        }
    }
}
