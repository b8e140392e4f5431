using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using EventTorrent.TestKit;

namespace EventTorrent.Benchmarks.Bytes;

/// <summary>
/// A file over HTTP on loopback for one program that pages in what it reads. Buffers of the kernel would make it look as if more
/// were read; so each answer ends early and the program has to ask on. Answers begin with a block and grow to an eighth of
/// what was read in one go: so much may be counted that the program did not use.
/// </summary>
internal sealed partial class PagedFile : IAsyncDisposable
{
    private const int BlockBytes = 16 * 1024;
    private const int MaxAnswerBytes = 1024 * 1024;
    private const int PartOfRun = 8;
    private const int MaxRequestBytes = 8 * 1024;

    private readonly TcpListener _listener = new(LoopbackAddress.NextEndpoint());
    private readonly CancellationTokenSource _stop = new();
    private readonly FileStream _file;
    private readonly Task _serving;
    private long _runStart;
    private long _runEnd;

    public PagedFile(string path)
    {
        _file = File.OpenRead(path);
        _listener.Start();
        Url = string.Create(CultureInfo.InvariantCulture, $"http://{_listener.LocalEndpoint}/");
        _serving = ServeAsync();
    }

    public string Url { get; }

    /// <summary>Each answer as a round of its own.</summary>
    public ReadLog Log { get; } = new();

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _serving;
        await _file.DisposeAsync();
        _listener.Dispose();
        _stop.Dispose();
    }

    /// <summary>One request after the other: ffmpeg opens a connection for each.</summary>
    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                try
                {
                    await AnswerAsync(client.GetStream(), _stop.Token);
                }
                catch (IOException)
                {
                    // It has what it wants.
                }
            }
        }
        catch (Exception) when (_stop.IsCancellationRequested)
        {
            // The end.
        }
    }

    private async Task AnswerAsync(NetworkStream client, CancellationToken cancellationToken)
    {
        var request = await ReadRequestAsync(client, cancellationToken);
        var match = Range().Match(request);
        var offset = match.Success ? long.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture) : 0;
        var length = _file.Length;
        if (request.Length == 0 || offset >= length)
        {
            await client.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 416 Range Not Satisfiable\r\nContent-Range: bytes */{length}\r\nConnection: close\r\n\r\n"), cancellationToken);
            return;
        }

        if (offset != _runEnd)
        {
            _runStart = offset;
        }

        var wanted = Math.Clamp((offset - _runStart) / PartOfRun, BlockBytes, MaxAnswerBytes);
        var end = Math.Min((offset + wanted) / BlockBytes * BlockBytes, length);
        end = end > offset ? end : Math.Min(offset + BlockBytes, length);
        _runEnd = end;
        Log.BeginRound();
        Log.Add(new(offset, end - offset));
        var body = new byte[end - offset];
        await RandomAccess.ReadAsync(_file.SafeFileHandle, body, offset, cancellationToken);
        await client.WriteAsync(
            Encoding.ASCII.GetBytes($"HTTP/1.1 206 Partial Content\r\nAccept-Ranges: bytes\r\nContent-Length: {body.Length}\r\nContent-Range: bytes {offset}-{end - 1}/{length}\r\nConnection: close\r\n\r\n"),
            cancellationToken);
        await client.WriteAsync(body, cancellationToken);
    }

    private static async Task<string> ReadRequestAsync(NetworkStream client, CancellationToken cancellationToken)
    {
        var bytes = new byte[MaxRequestBytes];
        var count = 0;
        while (count < bytes.Length && !bytes.AsSpan(0, count).EndsWith("\r\n\r\n"u8))
        {
            var read = await client.ReadAsync(bytes.AsMemory(count), cancellationToken);
            if (read == 0)
            {
                break;
            }

            count += read;
        }

        return Encoding.ASCII.GetString(bytes, 0, count);
    }

    [GeneratedRegex(@"^Range: bytes=(\d+)-", RegexOptions.Multiline | RegexOptions.IgnoreCase)]
    private static partial Regex Range();
}
