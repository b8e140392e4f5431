using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.ExceptionServices;
using System.Security.Cryptography;
using System.Text;

namespace EventTorrent.Media.Paging;

/// <summary>
/// Lends one file to one run of ffmpeg over HTTP on 127.0.0.1, and fetches only what that reads. Invariants:
/// <list type="bullet">
/// <item>nobody gets a byte of an answer who does not name the secret in the path, and no process of another user who does;</item>
/// <item>nothing is read beyond the budget; nothing is kept;</item>
/// <item>no connection and no read outlives <see cref="DisposeAsync"/>.</item>
/// </list>
/// </summary>
internal sealed class RangeServer : IAsyncDisposable
{
    /// <summary>ffmpeg has one, and another for a moment while it seeks; the rest is for those that say nothing until they are shown out.</summary>
    private const int MaxConnections = 16;

    /// <summary>
    /// What is on its way to ffmpeg has been fetched for nothing when ffmpeg seeks away: the kernel is to hold as little as it can.
    /// With its usual buffers, ten pictures took a whole file of 2.5 MiB; with these, 1.1 MiB.
    /// </summary>
    private const int SendBufferBytes = 4096;

    /// <summary>Read at once after a seek; doubled as long as ffmpeg reads on, so that rounds and waste are in proportion.</summary>
    private const int FirstPageBytes = 2 * ByteBudget.BlockSize;

    private const int MaxPageBytes = 8 * ByteBudget.BlockSize;

    /// <summary>ffmpeg writes its request at once.</summary>
    private static readonly TimeSpan HeadTimeout = TimeSpan.FromSeconds(5);

    private readonly IByteSource _source;
    private readonly ByteBudget _budget;
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly byte[] _path = Encoding.ASCII.GetBytes("/" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)));
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private readonly List<ByteRange> _read = [];
    private readonly Task _work;
    private ExceptionDispatchInfo? _failure;

    private RangeServer(IByteSource source, ByteBudget budget)
    {
        (_source, _budget) = (source, budget);
        _listener.SendBufferSize = SendBufferBytes;
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        _work = Task.WhenAll(Enumerable.Range(0, MaxConnections).Select(_ => AcceptAsync(_stop.Token)));
    }

    /// <summary>Where ffmpeg finds the file.</summary>
    public string Url => $"http://{_listener.LocalEndPoint}{Encoding.ASCII.GetString(_path)}";

    /// <summary>The first failure of the source, if any.</summary>
    public ExceptionDispatchInfo? Failure => _failure;

    /// <summary>Whether an answer ended before it was complete, so that the last that ffmpeg got may be half a picture.</summary>
    public bool IsCut { get; private set; }

    /// <summary>What has been read of the file so far, sorted and joined.</summary>
    public IReadOnlyList<ByteRange> Read
    {
        get
        {
            lock (_lock)
                return Join(_read);
        }
    }

    public static RangeServer Start(IByteSource source, ByteBudget budget) => new(source, budget);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _work;
        _stop.Dispose();
    }

    private static List<ByteRange> Join(IEnumerable<ByteRange> ranges)
    {
        var joined = new List<ByteRange>();
        foreach (var range in ranges.OrderBy(range => range.Offset))
        {
            if (joined.Count > 0 && joined[^1] is var last && range.Offset <= last.End)
                joined[^1] = last with { Length = Math.Max(last.End, range.End) - last.Offset };
            else
                joined.Add(range);
        }

        return joined;
    }

    private async Task AcceptAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                using var connection = await AcceptOneAsync(stop);
                await ServeAsync(connection, stop);
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException)
            {
                // The client is gone or was too slow, or we stop: the loop knows.
            }
        }
    }

    private async Task<Socket> AcceptOneAsync(CancellationToken stop)
    {
        try
        {
            return await _listener.AcceptAsync(stop);
        }
        catch (SocketException e) when (!stop.IsCancellationRequested)
        {
            // No more files can be opened, and the like: no use in trying on.
            Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(e), null);
            await _stop.CancelAsync();
            throw;
        }
    }

    private async Task ServeAsync(Socket connection, CancellationToken stop)
    {
        connection.NoDelay = true;
        if (connection is not { LocalEndPoint: IPEndPoint local, RemoteEndPoint: IPEndPoint remote } || !await LoopbackPeer.IsOursAsync(local, remote, stop))
            return;
        if (!RangeRequest.TryParse(await ReadHeadAsync(connection, stop), out var request) || !CryptographicOperations.FixedTimeEquals(request.Path.Span, _path))
            return;

        var end = Math.Min(_source.Length, request.Last is { } last and < long.MaxValue ? last + 1 : long.MaxValue);
        if (request.Start >= end)
        {
            await SendHeadAsync(connection, $"HTTP/1.1 416 Range Not Satisfiable\r\nContent-Range: bytes */{_source.Length}\r\nContent-Length: 0\r\n", stop);
            return;
        }

        var status = request.IsPart
            ? $"206 Partial Content\r\nContent-Range: bytes {request.Start}-{end - 1}/{_source.Length}"
            : "200 OK";
        await SendHeadAsync(connection, $"HTTP/1.1 {status}\r\nAccept-Ranges: bytes\r\nContent-Length: {end - request.Start}\r\n", stop);
        await SendPagesAsync(connection, request.Start, end, stop);
    }

    /// <returns>What came before the time was over or the limit was reached; only a whole head can be parsed.</returns>
    private static async Task<ReadOnlyMemory<byte>> ReadHeadAsync(Socket connection, CancellationToken stop)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(stop);
        deadline.CancelAfter(HeadTimeout);
        var buffer = new byte[RangeRequest.MaxHeadBytes];
        var length = 0;
        while (length < buffer.Length && !buffer.AsSpan(0, length).EndsWith("\r\n\r\n"u8))
        {
            var count = await connection.ReceiveAsync(buffer.AsMemory(length), deadline.Token);
            if (count == 0)
                break;
            length += count;
        }

        return buffer.AsMemory(0, length);
    }

    /// <summary>
    /// Page by page, each fetched only when the one before has been taken. Ends early, without a word, when the budget or the source
    /// gives no more: ffmpeg then has what it has.
    /// </summary>
    private async Task SendPagesAsync(Socket connection, long start, long end, CancellationToken stop)
    {
        var size = FirstPageBytes;
        for (var position = start; position < end;)
        {
            // Whole blocks: more of the last one costs nothing.
            var pageEnd = Math.Min(end, (position + size) / ByteBudget.BlockSize * ByteBudget.BlockSize);
            var granted = _budget.Take(new(position, pageEnd - position));
            if (granted == 0 || await TryReadAsync(new(position, granted), stop) is not { } bytes)
            {
                IsCut = true;
                return;
            }

            await SendAsync(connection, bytes, stop);
            position += granted;
            size = Math.Min(2 * size, MaxPageBytes);
        }
    }

    private async Task<ReadOnlyMemory<byte>?> TryReadAsync(ByteRange range, CancellationToken stop)
    {
        lock (_lock)
            _read.Add(range);
        try
        {
            return (await _source.ReadAsync([range], stop))[0];
        }
        catch (Exception e) when (!stop.IsCancellationRequested)
        {
            // What a source may throw is its own affair: whoever started ffmpeg decides.
            Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(e), null);
            return null;
        }
    }

    private static Task SendHeadAsync(Socket connection, FormattableString head, CancellationToken stop) =>
        SendAsync(connection, Encoding.ASCII.GetBytes(head.ToString(CultureInfo.InvariantCulture) + "Connection: close\r\n\r\n"), stop);

    private static async Task SendAsync(Socket connection, ReadOnlyMemory<byte> bytes, CancellationToken stop)
    {
        while (!bytes.IsEmpty)
            bytes = bytes[await connection.SendAsync(bytes, stop)..];
    }
}
