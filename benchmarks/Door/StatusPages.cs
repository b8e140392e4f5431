using System.Globalization;
using System.Net.WebSockets;
using System.Text;
using EventTorrent.TestKit;

namespace EventTorrent.Benchmarks.Door;

/// <summary>Pages at the status hub, by WebSocket and the JSON protocol of SignalR: they note how old each change is when it comes.</summary>
internal sealed class StatusPages : IAsyncDisposable
{
    private const int ConnectAtOnce = 32;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly CancellationTokenSource _stop = new();
    private readonly List<ClientWebSocket> _sockets = [];
    private readonly List<Task> _reading = [];
    private readonly Lock _lock = new();
    private readonly List<double> _delays = [];

    private static ReadOnlySpan<byte> UpdatedAt => "\"updated_at\":\""u8;

    public static async Task<StatusPages> ConnectAsync(Uri address, int count, CancellationToken cancellationToken)
    {
        var pages = new StatusPages();
        try
        {
            var hub = new UriBuilder(address) { Scheme = "ws", Path = "/hubs/status" }.Uri;
            await Parallel.ForEachAsync(
                Enumerable.Range(0, count),
                new ParallelOptions { MaxDegreeOfParallelism = ConnectAtOnce, CancellationToken = cancellationToken },
                async (_, token) => await pages.ConnectAsync(hub, token));
            return pages;
        }
        catch
        {
            await pages.DisposeAsync();
            throw;
        }
    }

    public void Forget()
    {
        lock (_lock)
        {
            _delays.Clear();
        }
    }

    /// <summary>Milliseconds, in order of size.</summary>
    public IReadOnlyList<double> Delays()
    {
        lock (_lock)
        {
            return [.. _delays.Order()];
        }
    }

    /// <summary>Waits until so many changes have come; some that follow each other closely are told as one.</summary>
    public Task WaitForAsync(long count, CancellationToken cancellationToken) =>
        Poll.UntilAsync(
            $"{count} pushes have come",
            _ =>
            {
                lock (_lock)
                {
                    return Task.FromResult(_delays.Count >= count);
                }
            },
            Patience,
            cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_reading);
        _sockets.ForEach(socket => socket.Dispose());
        _stop.Dispose();
    }

    private async Task ConnectAsync(Uri hub, CancellationToken cancellationToken)
    {
        var socket = new ClientWebSocket();
        lock (_lock)
        {
            _sockets.Add(socket);
        }

        await socket.ConnectAsync(hub, cancellationToken);
        await socket.SendAsync(Encoding.UTF8.GetBytes("{\"protocol\":\"json\",\"version\":1}\u001e"), WebSocketMessageType.Text, true, cancellationToken);
        lock (_lock)
        {
            _reading.Add(ReadAsync(socket));
        }
    }

    private async Task ReadAsync(ClientWebSocket socket)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (await socket.ReceiveAsync(buffer, _stop.Token) is { MessageType: not WebSocketMessageType.Close } read)
            {
                Note(buffer.AsSpan(0, read.Count), TimeProvider.System.GetUtcNow());
            }
        }
        catch (Exception end) when (end is OperationCanceledException or WebSocketException)
        {
            // A page that is cut off tells of nothing any more: the count says so.
        }
    }

    private void Note(ReadOnlySpan<byte> text, DateTimeOffset now)
    {
        for (var at = text.IndexOf(UpdatedAt); at >= 0; at = text.IndexOf(UpdatedAt))
        {
            text = text[(at + UpdatedAt.Length)..];
            if (text.IndexOf((byte)'"') is > 0 and var end
                && DateTimeOffset.TryParse(Encoding.ASCII.GetString(text[..end]), CultureInfo.InvariantCulture, out var changed))
            {
                lock (_lock)
                {
                    _delays.Add((now - changed).TotalMilliseconds);
                }
            }
        }
    }
}
