using System.Net;
using System.Net.Sockets;

namespace EventTorrent.TestKit.Tests;

/// <summary>A connection to a peer that should not say anything.</summary>
internal sealed class ConnectedSilence : IAsyncDisposable
{
    private readonly TcpClient _client = new();
    private readonly Task _connecting;

    public ConnectedSilence(IPEndPoint peer) => _connecting = _client.ConnectAsync(peer);

    /// <summary>Connects (the kernel answers for a stopped process), sends the start of a handshake, and listens.</summary>
    public async Task<bool> IsSilentAsync(TimeSpan duration, CancellationToken cancellationToken)
    {
        await _connecting;
        var stream = _client.GetStream();
        await stream.WriteAsync(new byte[] { 19 }.Concat("BitTorrent protocol"u8.ToArray()).Concat(new byte[48]).ToArray(), cancellationToken);
        try
        {
            await stream.ReadExactlyAsync(new byte[1], cancellationToken).AsTask().WaitAsync(duration, cancellationToken);
            return false;
        }
        catch (TimeoutException)
        {
            return true;
        }
    }

    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return ValueTask.CompletedTask;
    }
}
