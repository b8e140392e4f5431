using System.Net;
using System.Net.Sockets;

namespace EventTorrent.Torrents.Tests;

/// <summary>Counts who calls.</summary>
internal sealed class Sink : IDisposable
{
    private readonly TcpListener _listener;
    private int _connections;

    public Sink(IPAddress address)
    {
        _listener = new TcpListener(address, 0);
        _listener.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public int Connections => Volatile.Read(ref _connections);

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                using var client = await _listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
                Interlocked.Increment(ref _connections);
            }
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // Disposed: the test is over.
        }
    }
}
