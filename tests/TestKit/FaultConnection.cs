using System.Diagnostics;
using System.Net.Sockets;
using System.Threading.Channels;

namespace EventTorrent.TestKit;

/// <summary>One connection through a <see cref="FaultProxy"/>. What is under way is bounded: a side that does not read holds the other up.</summary>
public sealed class FaultConnection : IDisposable
{
    private const int ChunkBytes = 16 * 1024;
    private const int ChunksUnderWay = 256;

    private readonly Socket _client;
    private readonly Socket _server;
    private readonly CancellationTokenSource _cut = new();
    private long _bytesToServer;
    private long _bytesToClient;

    internal FaultConnection(Socket client, Socket server, Fault fault)
    {
        (_client, _server, Fault) = (client, server, fault);
        client.NoDelay = true;
        server.NoDelay = true;
    }

    /// <summary>What it suffers from now on.</summary>
    public Fault Fault { get; set; }

    /// <summary>Bytes that have arrived at the server.</summary>
    public long BytesToServer => Interlocked.Read(ref _bytesToServer);

    /// <summary>Bytes that have arrived at the client.</summary>
    public long BytesToClient => Interlocked.Read(ref _bytesToClient);

    /// <summary>Breaks it with a reset (RST) on both sides.</summary>
    public void Cut()
    {
        // Lingering for no time is what makes a close a reset.
        _client.Close(0);
        _server.Close(0);
        _cut.Cancel();
    }

    public void Dispose()
    {
        _cut.Dispose();
        _client.Dispose();
        _server.Dispose();
    }

    /// <summary>Carries both ways until both sides have ended.</summary>
    internal async Task CarryAsync(CancellationToken cancellationToken)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _cut.Token);
        await Task.WhenAll(
            CarryAsync(_client, _server, bytes => Interlocked.Add(ref _bytesToServer, bytes), ended.Token),
            CarryAsync(_server, _client, bytes => Interlocked.Add(ref _bytesToClient, bytes), ended.Token));
    }

    private Task CarryAsync(Socket from, Socket to, Action<int> count, CancellationToken cancellationToken)
    {
        var road = Channel.CreateBounded<(byte[] Bytes, long Taken)>(ChunksUnderWay);
        return Task.WhenAll(
            EndTogetherAsync(TakeAsync(from, road.Writer, cancellationToken), cancellationToken),
            EndTogetherAsync(DeliverAsync(road.Reader, to, count, cancellationToken), cancellationToken));
    }

    /// <summary>A side that breaks takes the other with it; unless it is swallowed, which is why nobody learns of it.</summary>
    private async Task EndTogetherAsync(Task part, CancellationToken cancellationToken)
    {
        try
        {
            await part;
        }
        catch (Exception broken) when (broken is SocketException or ObjectDisposedException)
        {
            await (Fault.Swallows ? Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken) : Task.CompletedTask);
            Cut();
            throw;
        }
    }

    private static async Task TakeAsync(Socket from, ChannelWriter<(byte[] Bytes, long Taken)> road, CancellationToken cancellationToken)
    {
        var buffer = new byte[ChunkBytes];
        int read;
        while ((read = await from.ReceiveAsync(buffer, cancellationToken)) > 0)
        {
            await road.WriteAsync((buffer[..read], Stopwatch.GetTimestamp()), cancellationToken);
        }

        road.Complete();
    }

    private async Task DeliverAsync(ChannelReader<(byte[] Bytes, long Taken)> road, Socket to, Action<int> count, CancellationToken cancellationToken)
    {
        await foreach (var (bytes, taken) in road.ReadAllAsync(cancellationToken))
        {
            var left = Fault.Delay - Stopwatch.GetElapsedTime(taken);
            await Task.Delay(left > TimeSpan.Zero ? left : TimeSpan.Zero, cancellationToken);
            if (Fault.Swallows)
            {
                continue;
            }

            for (var sent = 0; sent < bytes.Length;)
            {
                // A slow way passes small parts at an even pace, about ten in a second.
                var part = Fault.BytesPerSecond is { } rate ? Math.Clamp(rate / 10, 1, bytes.Length - sent) : bytes.Length - sent;
                await (Fault.BytesPerSecond is { } pace ? Task.Delay(TimeSpan.FromSeconds((double)part / pace), cancellationToken) : Task.CompletedTask);
                var done = await to.SendAsync(bytes.AsMemory(sent, part), cancellationToken);
                count(done);
                sent += done;
            }
        }

        if (!Fault.Swallows)
        {
            to.Shutdown(SocketShutdown.Send);
        }
        else
        {
            // The end is swallowed too: the other side waits until the connection is cut.
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
        }
    }
}
