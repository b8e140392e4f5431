using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace EventTorrent.TestKit;

/// <summary>
/// A SOCKS5 server (RFC 1928) on a loopback address of its own: CONNECT to addresses, with or without a login (RFC 1929). What
/// it dials comes from its own address, so that whoever is called sees who came through it and who went around it. UDP is
/// refused.
/// </summary>
public sealed class SocksProxy : IAsyncDisposable
{
    private const byte Version = 5;
    private const byte LoginVersion = 1;
    private const byte NoLogin = 0;
    private const byte UserAndPassword = 2;
    private const byte NoMethod = 0xFF;
    private const byte Connect = 1;
    private const byte IpV4 = 1;
    private const byte Granted = 0;
    private const byte Refused = 5;
    private const byte NoSuchCommand = 7;
    private const byte NoSuchAddress = 8;

    private readonly TcpListener _listener = new(LoopbackAddress.NextEndpoint());
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<IPEndPoint> _dialled = new();
    private readonly (string User, string Password)? _login;
    private readonly Task _serving;
    private int _refusedLogins;

    public SocksProxy((string User, string Password)? login = null)
    {
        _login = login;
        _listener.Start();
        _serving = ServeAsync();
    }

    public IPEndPoint Endpoint => (IPEndPoint)_listener.LocalEndpoint;

    /// <summary>Whom it has dialled for its clients, in order.</summary>
    public IReadOnlyCollection<IPEndPoint> Dialled => _dialled;

    public int RefusedLogins => Volatile.Read(ref _refusedLogins);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
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
                open.Add(TalkAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
                open.RemoveAll(task => task.IsCompleted);
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(open);
        }
    }

    private async Task TalkAsync(TcpClient client)
    {
        using var _ = client;
        try
        {
            var stream = client.GetStream();
            if (await GreetAsync(stream) && await AskAsync(stream) is { } target)
            {
                await RelayAsync(stream, target);
            }
        }
        catch (Exception end) when (end is IOException or SocketException or OperationCanceledException)
        {
            // One of the two hung up, or the test is over.
        }
    }

    /// <summary>Agrees on the way to log in, and lets in or not.</summary>
    private async Task<bool> GreetAsync(NetworkStream stream)
    {
        var head = await ReadAsync(stream, 2);
        var methods = await ReadAsync(stream, head[1]);
        var method = _login is null ? NoLogin : UserAndPassword;
        if (head[0] != Version || !methods.Contains(method))
        {
            Interlocked.Increment(ref _refusedLogins);
            await stream.WriteAsync(new byte[] { Version, NoMethod }, _stop.Token);
            return false;
        }

        await stream.WriteAsync(new[] { Version, method }, _stop.Token);
        if (_login is not { } login)
        {
            return true;
        }

        var user = await ReadAsync(stream, (await ReadAsync(stream, 2))[1]);
        var password = await ReadAsync(stream, (await ReadAsync(stream, 1))[0]);
        var isRight = System.Text.Encoding.UTF8.GetString(user) == login.User && System.Text.Encoding.UTF8.GetString(password) == login.Password;
        if (!isRight)
        {
            Interlocked.Increment(ref _refusedLogins);
        }

        await stream.WriteAsync(new[] { LoginVersion, isRight ? Granted : Refused }, _stop.Token);
        return isRight;
    }

    /// <returns>Whom to dial; null when that is refused.</returns>
    private async Task<IPEndPoint?> AskAsync(NetworkStream stream)
    {
        var head = await ReadAsync(stream, 4);
        if (head[1] != Connect)
        {
            await AnswerAsync(stream, NoSuchCommand);
            return null;
        }

        if (head[3] != IpV4)
        {
            await AnswerAsync(stream, NoSuchAddress);
            return null;
        }

        var target = await ReadAsync(stream, 6);
        return new IPEndPoint(new IPAddress(target.AsSpan(0, 4)), BinaryPrimitives.ReadUInt16BigEndian(target.AsSpan(4)));
    }

    private async Task RelayAsync(NetworkStream client, IPEndPoint target)
    {
        _dialled.Enqueue(target);
        using var dialled = new TcpClient(new IPEndPoint(Endpoint.Address, 0));
        try
        {
            await dialled.ConnectAsync(target, _stop.Token);
        }
        catch (SocketException)
        {
            await AnswerAsync(client, Refused);
            return;
        }

        await AnswerAsync(client, Granted);
        var server = dialled.GetStream();
        // Whoever hangs up first ends both ways.
        await Task.WhenAny(client.CopyToAsync(server, _stop.Token), server.CopyToAsync(client, _stop.Token));
    }

    private Task AnswerAsync(NetworkStream stream, byte answer) =>
        stream.WriteAsync(new byte[] { Version, answer, 0, IpV4, 0, 0, 0, 0, 0, 0 }, _stop.Token).AsTask();

    private async Task<byte[]> ReadAsync(NetworkStream stream, int length)
    {
        var bytes = new byte[length];
        await stream.ReadExactlyAsync(bytes, _stop.Token);
        return bytes;
    }
}
