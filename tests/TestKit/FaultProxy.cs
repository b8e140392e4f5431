using System.Net;
using System.Net.Sockets;

namespace EventTorrent.TestKit;

/// <summary>
/// A TCP proxy on loopback that spoils connections as told: one by one by <see cref="Connections"/>, or those to come by
/// <see cref="Fault"/>.
/// </summary>
public sealed class FaultProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(LoopbackAddress.NextEndpoint());
    private readonly IPEndPoint _target;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private readonly List<FaultConnection> _connections = [];
    private readonly Task _serving;

    public FaultProxy(IPEndPoint target)
    {
        _target = target;
        _listener.Start();
        _serving = ServeAsync();
    }

    /// <summary>Where clients connect instead of to the target.</summary>
    public IPEndPoint Endpoint => (IPEndPoint)_listener.LocalEndpoint;

    /// <summary>What connections to come suffer.</summary>
    public Fault Fault { get; set; } = new();

    /// <summary>Connections that are open, the oldest first.</summary>
    public IReadOnlyList<FaultConnection> Connections
    {
        get
        {
            lock (_lock)
            {
                return [.. _connections];
            }
        }
    }

    /// <summary>Spoils all connections, those that are open and those to come.</summary>
    public void SpoilAll(Fault fault)
    {
        lock (_lock)
        {
            Fault = fault;
            _connections.ForEach(connection => connection.Fault = fault);
        }
    }

    /// <summary>Breaks every open connection with a reset (RST) on both sides.</summary>
    public void CutAll()
    {
        // Under the lock: none of them is disposed in the meantime.
        lock (_lock)
        {
            _connections.ForEach(connection => connection.Cut());
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        // It must not be stopped while somebody may still ask it for a connection.
        await _serving;
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task ServeAsync()
    {
        var open = new List<Task>();
        try
        {
            while (true)
            {
                open.Add(CarryAsync(await _listener.AcceptSocketAsync(_stop.Token)));
                open.RemoveAll(task => task.IsCompletedSuccessfully);
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(open);
        }
    }

    private async Task CarryAsync(Socket client)
    {
        using var server = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await server.ConnectAsync(_target, _stop.Token);
        }
        catch (Exception away) when (away is SocketException or OperationCanceledException)
        {
            client.Close(0);
            return;
        }

        await CarryAsync(client, server);
    }

    /// <summary>Known as a connection only now that both sides are there: what it is told to suffer, it suffers from the start.</summary>
    private async Task CarryAsync(Socket client, Socket server)
    {
        FaultConnection connection;
        lock (_lock)
        {
            _connections.Add(connection = new FaultConnection(client, server, Fault));
        }

        try
        {
            await connection.CarryAsync(_stop.Token);
        }
        catch (Exception gone) when (gone is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // One side hung up, or the proxy ends: the other side sees a reset.
            connection.Cut();
        }
        finally
        {
            lock (_lock)
            {
                _connections.Remove(connection);
                connection.Dispose();
            }
        }
    }
}
