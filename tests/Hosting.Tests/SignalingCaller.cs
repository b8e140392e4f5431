using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace EventTorrent.Hosting.Tests;

/// <summary>Calls methods of the hub of Signaling, by hand, one after another.</summary>
internal sealed class SignalingCaller : IDisposable
{
    private const char End = '\u001e';
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ClientWebSocket _socket = new();
    private readonly StringBuilder _unread = new();
    private int _calls;

    /// <param name="nodeKey">Null for a viewer.</param>
    public static async Task<SignalingCaller> ConnectAsync(Uri address, string? nodeKey)
    {
        var caller = new SignalingCaller();
        if (nodeKey is not null)
        {
            caller._socket.Options.SetRequestHeader("Authorization", $"Bearer {nodeKey}");
        }

        using var deadline = Deadline();
        await caller._socket.ConnectAsync(new UriBuilder(address) { Scheme = "ws", Path = "/hubs/signaling" }.Uri, deadline.Token);
        await caller.WriteAsync(new { protocol = "json", version = 1 }, deadline.Token);
        return caller;
    }

    /// <returns>What the hub said to the call: a result, if the method has one.</returns>
    public async Task<JsonNode> CallAsync(string method, object argument)
    {
        using var deadline = Deadline();
        var id = $"{++_calls}";
        await WriteAsync(new { type = 1, invocationId = id, target = method, arguments = new[] { argument } }, deadline.Token);
        while (true)
        {
            var said = await ReadAsync(deadline.Token);
            if ((string?)said["invocationId"] == id)
            {
                Assert.Null(said["error"]);
                return said;
            }
        }
    }

    public void Dispose() => _socket.Dispose();

    private static CancellationTokenSource Deadline()
    {
        var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(Patience);
        return deadline;
    }

    private Task WriteAsync(object message, CancellationToken cancellationToken) => _socket.SendAsync(
        Encoding.UTF8.GetBytes(JsonSerializer.Serialize(message) + End), WebSocketMessageType.Text, endOfMessage: true, cancellationToken);

    private async Task<JsonNode> ReadAsync(CancellationToken cancellationToken)
    {
        var buffer = new byte[16 * 1024];
        int end;
        while ((end = _unread.ToString().IndexOf(End, StringComparison.Ordinal)) < 0)
        {
            var received = await _socket.ReceiveAsync(buffer.AsMemory(), cancellationToken);
            Assert.NotEqual(WebSocketMessageType.Close, received.MessageType);
            _unread.Append(Encoding.UTF8.GetString(buffer, 0, received.Count));
        }

        var message = _unread.ToString(0, end);
        _unread.Remove(0, end + 1);
        return JsonNode.Parse(message)!;
    }
}
