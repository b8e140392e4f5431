using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace EventTorrent.TestKit.Tests;

public sealed class A_fault_proxy : IAsyncLifetime
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Silence = TimeSpan.FromMilliseconds(300);

    private readonly TcpListener _server = new(LoopbackAddress.NextEndpoint());
    private FaultProxy _proxy = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync()
    {
        _server.Start();
        _proxy = new FaultProxy((IPEndPoint)_server.LocalEndpoint);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _proxy.DisposeAsync();
        _server.Dispose();
    }

    [Fact]
    public async Task Carries_both_ways_and_the_end()
    {
        var (client, server) = await ConnectAsync();

        await SendAsync(client, "ping");
        Assert.Equal("ping", await ReceiveAsync(server, 4));
        await SendAsync(server, "pong");
        Assert.Equal("pong", await ReceiveAsync(client, 4));
        client.Shutdown(SocketShutdown.Send);

        Assert.Equal(0, await server.ReceiveAsync(new byte[1], Token));
        await SendAsync(server, "bye");
        Assert.Equal("bye", await ReceiveAsync(client, 3));
        var connection = _proxy.Connections.Single();
        await Poll.UntilAsync("all is counted", () => (connection.BytesToServer, connection.BytesToClient) == (4, 7), Deadline, Token);
    }

    [Fact]
    public async Task A_half_open_connection_takes_all_and_passes_nothing_on()
    {
        var (client, server) = await ConnectAsync();
        _proxy.Connections.Single().Fault = new Fault { Swallows = true };

        await SendAsync(client, "lost");
        await SendAsync(server, "lost");
        server.Close(0);

        await Assert.ThrowsAsync<TimeoutException>(() => client.ReceiveAsync(new byte[1], Token).AsTask().WaitAsync(Silence, Token));
        Assert.True(client.Connected);
    }

    [Fact]
    public async Task One_connection_suffers_and_its_neighbour_does_not()
    {
        var (client, server) = await ConnectAsync();
        _proxy.Connections.Single().Fault = new Fault { Swallows = true };
        var (other, otherServer) = await ConnectAsync();

        await SendAsync(client, "lost");
        await SendAsync(other, "here");

        Assert.Equal("here", await ReceiveAsync(otherServer, 4));
        Assert.Equal(0, server.Available);
    }

    [Fact]
    public async Task A_delay_holds_everything_up_and_loses_nothing()
    {
        var delay = TimeSpan.FromMilliseconds(400);
        _proxy.Fault = new Fault { Delay = delay };
        var (client, server) = await ConnectAsync();
        var clock = Stopwatch.StartNew();

        await SendAsync(client, "one");
        await SendAsync(client, "two");

        Assert.Equal("onetwo", await ReceiveAsync(server, 6));
        // Once, not once for each part.
        Assert.InRange(clock.Elapsed, delay - TimeSpan.FromMilliseconds(20), delay * 3);
    }

    [Fact]
    public async Task A_cut_is_a_reset_on_both_sides()
    {
        var (client, server) = await ConnectAsync();

        _proxy.CutAll();

        foreach (var side in new[] { client, server })
        {
            var reset = await Assert.ThrowsAsync<SocketException>(() => side.ReceiveAsync(new byte[1], Token).AsTask().WaitAsync(Deadline, Token));
            Assert.Equal(SocketError.ConnectionReset, reset.SocketErrorCode);
        }

        await Poll.UntilAsync("the connection is forgotten", () => _proxy.Connections.Count == 0, Deadline, Token);
    }

    [Fact]
    public async Task A_half_open_connection_can_be_cut_at_last()
    {
        var (client, _) = await ConnectAsync();
        _proxy.SpoilAll(new Fault { Swallows = true });
        await SendAsync(client, "lost");

        _proxy.CutAll();

        await Assert.ThrowsAsync<SocketException>(() => client.ReceiveAsync(new byte[1], Token).AsTask().WaitAsync(Deadline, Token));
        await Poll.UntilAsync("the connection is forgotten", () => _proxy.Connections.Count == 0, Deadline, Token);
    }

    [Fact]
    public async Task A_slow_way_takes_its_time()
    {
        _proxy.Fault = new Fault { BytesPerSecond = 10_000 };
        var (client, server) = await ConnectAsync();
        var clock = Stopwatch.StartNew();

        await client.SendAsync(new byte[5_000], Token);
        await ReceiveAsync(server, 5_000);

        Assert.InRange(clock.Elapsed.TotalSeconds, 0.45, 3);
    }

    [Fact]
    public async Task A_target_that_is_away_is_a_reset()
    {
        _server.Stop();
        using var client = new Socket(SocketType.Stream, ProtocolType.Tcp);

        // The reset may be there before the client knows that it is connected.
        await Assert.ThrowsAsync<SocketException>(async () =>
        {
            await client.ConnectAsync(_proxy.Endpoint, Token);
            await client.ReceiveAsync(new byte[1], Token).AsTask().WaitAsync(Deadline, Token);
        });
    }

    private async Task<(Socket Client, Socket Server)> ConnectAsync()
    {
        var known = _proxy.Connections.Count;
        var client = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(_proxy.Endpoint, Token);
        var server = await _server.AcceptSocketAsync(Token);
        await Poll.UntilAsync("the proxy carries it", () => _proxy.Connections.Count > known, Deadline, Token);
        return (client, server);
    }

    private static async Task SendAsync(Socket socket, string text) => await socket.SendAsync(Encoding.ASCII.GetBytes(text), Token);

    private static async Task<string> ReceiveAsync(Socket socket, int bytes)
    {
        var buffer = new byte[bytes];
        for (var filled = 0; filled < bytes;)
        {
            var read = await socket.ReceiveAsync(buffer.AsMemory(filled), Token).AsTask().WaitAsync(Deadline, Token);
            Assert.NotEqual(0, read);
            filled += read;
        }

        return Encoding.ASCII.GetString(buffer);
    }
}
