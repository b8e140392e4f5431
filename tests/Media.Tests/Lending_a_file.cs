using System.Net.Sockets;
using System.Text;
using EventTorrent.Media.Paging;
using EventTorrent.Media.Tests.Support;

namespace EventTorrent.Media.Tests;

/// <summary>The loopback source against its one client, and against all others.</summary>
public sealed class Lending_a_file
{
    private static readonly byte[] File = [.. Enumerable.Range(0, 300_000).Select(i => (byte)(i * 31 >> 3))];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("bytes=0-", 0, 300_000)]
    [InlineData("bytes=0-0", 0, 1)]
    [InlineData("bytes=12345-99999", 12_345, 100_000)]
    [InlineData("bytes=299999-", 299_999, 300_000)]
    [InlineData("bytes=5-999999999", 5, 300_000)]
    [InlineData("bytes=5-9223372036854775807", 5, 300_000)]
    public async Task A_part_is_answered_exactly(string range, int start, int end)
    {
        await using var server = Start();

        var (head, body) = await AskAsync(server, Request(server, range));

        Assert.StartsWith("HTTP/1.1 206 Partial Content\r\n", head, StringComparison.Ordinal);
        Assert.Contains($"\r\nContent-Range: bytes {start}-{end - 1}/300000\r\n", head, StringComparison.Ordinal);
        Assert.Contains($"\r\nContent-Length: {end - start}\r\n", head, StringComparison.Ordinal);
        Assert.Equal(File[start..end], body);
    }

    [Fact]
    public async Task Without_a_range_the_whole_is_answered_and_behind_the_end_nothing()
    {
        await using var server = Start();

        var (whole, body) = await AskAsync(server, $"GET {new Uri(server.Url).AbsolutePath} HTTP/1.1\r\n\r\n");
        var (behind, nothing) = await AskAsync(server, Request(server, "bytes=300000-"));

        Assert.StartsWith("HTTP/1.1 200 OK\r\n", whole, StringComparison.Ordinal);
        Assert.Equal(File, body);
        Assert.StartsWith("HTTP/1.1 416 ", behind, StringComparison.Ordinal);
        Assert.Empty(nothing);
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\n\r\n")]
    [InlineData("GET /0000000000000000000000000000000000000000000000000000000000000000 HTTP/1.1\r\n\r\n")]
    [InlineData("OPTIONS * HTTP/1.1\r\n\r\n")]
    [InlineData("POST {path} HTTP/1.1\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("GET {path}0 HTTP/1.1\r\n\r\n")]
    [InlineData("GET {path}/.. HTTP/1.1\r\n\r\n")]
    [InlineData("GET {path} HTTP/1.1\r\nRange: bytes=-1\r\n\r\n")]
    [InlineData("\u0016\u0003\u0001\u0002\0\u0001\0\u0001\r\n\r\n")]
    [InlineData("SSH-2.0-probe\r\n\r\n")]
    public async Task Who_does_not_ask_as_ffmpeg_does_learns_nothing(string request)
    {
        await using var server = Start();

        Assert.Equal(("", 0), await SizesAsync(server, request.Replace("{path}", new Uri(server.Url).AbsolutePath, StringComparison.Ordinal)));
        Assert.Empty(server.Read);
    }

    [Fact]
    public async Task Who_says_nothing_or_too_much_keeps_nobody_waiting()
    {
        await using var server = Start();
        var silent = new List<TcpClient>();
        for (var i = 0; i < 8; i++)
            silent.Add(await ConnectAsync(server));

        var tooLong = await SizesAsync(server, new string('a', 100_000));
        var (head, _) = await AskAsync(server, Request(server, "bytes=0-9"));

        Assert.Equal(("", 0), tooLong);
        Assert.StartsWith("HTTP/1.1 206 ", head, StringComparison.Ordinal);
        silent.ForEach(client => client.Dispose());
    }

    [Fact]
    public async Task A_process_of_another_user_learns_nothing_even_with_the_secret()
    {
        Assert.SkipUnless(Environment.UserName == "root" && System.IO.File.Exists("/usr/bin/setpriv"), "Only root can be somebody else.");
        await using var server = Start();
        var address = new Uri(server.Url);
        var script = $"exec 3<>/dev/tcp/127.0.0.1/{address.Port}; printf 'GET {address.AbsolutePath} HTTP/1.1\\r\\n\\r\\n' >&3; cat <&3 | wc -c";

        var (_, ours, _) = await Tool.RunAsync("/bin/bash", ["-c", script]);
        var (_, others, _) = await Tool.RunAsync("/usr/bin/setpriv", ["--reuid=65534", "--clear-groups", "/bin/bash", "-c", script]);

        Assert.True(int.Parse(ours) > File.Length);
        Assert.Equal("0", others.Trim());
    }

    [Fact]
    public async Task Little_more_is_read_than_the_client_takes()
    {
        var file = new PagedFile(new byte[16 * 1024 * 1024]);
        await using var server = RangeServer.Start(file, new ByteBudget(long.MaxValue));
        using var client = await ConnectAsync(server, receiveBuffer: 4096);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(Request(server, "bytes=0-")), Cancellation);

        await client.GetStream().ReadExactlyAsync(new byte[200_000], Cancellation);

        Assert.InRange(file.TouchedBytes, 200_000, 600_000);
    }

    [Fact]
    public async Task An_answer_ends_where_the_budget_does()
    {
        await using var server = RangeServer.Start(new MemorySource(File), new ByteBudget(4 * ByteBudget.BlockSize));

        var (_, body) = await AskAsync(server, Request(server, "bytes=1000-"));

        Assert.Equal(File[1000..(4 * ByteBudget.BlockSize)], body);
        Assert.Equal([new ByteRange(1000, 4 * ByteBudget.BlockSize - 1000)], server.Read);
    }

    [Fact]
    public async Task A_source_that_fails_ends_the_answer_and_is_remembered()
    {
        var source = new MemorySource(File) { OnRead = (range, _) => range.Offset > 100_000 ? throw new TimeoutException("no peer has it") : Task.CompletedTask };
        await using var server = RangeServer.Start(source, new ByteBudget(long.MaxValue));

        var (_, body) = await AskAsync(server, Request(server, "bytes=0-"));

        Assert.InRange(body.Length, 100_000, File.Length - 1);
        Assert.IsType<TimeoutException>(server.Failure?.SourceException);
    }

    [Fact]
    public async Task Nothing_is_left_when_it_ends()
    {
        var reading = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var source = new MemorySource(File)
        {
            OnRead = async (_, cancellation) =>
            {
                reading.SetResult();
                await Task.Delay(Timeout.Infinite, cancellation);
            },
        };
        var server = RangeServer.Start(source, new ByteBudget(long.MaxValue));
        using var client = await ConnectAsync(server);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(Request(server, "bytes=0-")), Cancellation);
        await reading.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
        var port = new Uri(server.Url).Port;

        await server.DisposeAsync();

        await Assert.ThrowsAsync<SocketException>(() => new TcpClient().ConnectAsync("127.0.0.1", port, Cancellation).AsTask());
    }

    private static RangeServer Start() => RangeServer.Start(new MemorySource(File), new ByteBudget(long.MaxValue));

    private static string Request(RangeServer server, string range) =>
        $"GET {new Uri(server.Url).AbsolutePath} HTTP/1.1\r\nHost: 127.0.0.1\r\nRange: {range}\r\n\r\n";

    private static async Task<TcpClient> ConnectAsync(RangeServer server, int? receiveBuffer = null)
    {
        // As ffmpeg does: others would be in another table of the kernel.
        var client = new TcpClient(AddressFamily.InterNetwork);
        client.ReceiveBufferSize = receiveBuffer ?? client.ReceiveBufferSize;
        await client.ConnectAsync("127.0.0.1", new Uri(server.Url).Port, Cancellation);
        return client;
    }

    private static async Task<(string Head, int Body)> SizesAsync(RangeServer server, string request)
    {
        var (head, body) = await AskAsync(server, request);
        return (head, body.Length);
    }

    /// <summary>All that comes until the server closes.</summary>
    private static async Task<(string Head, byte[] Body)> AskAsync(RangeServer server, string request)
    {
        using var client = await ConnectAsync(server);
        using var answer = new MemoryStream();
        try
        {
            await client.GetStream().WriteAsync(Encoding.Latin1.GetBytes(request), Cancellation);
            await client.GetStream().CopyToAsync(answer, Cancellation);
        }
        catch (IOException)
        {
            // Closed before it had read everything.
        }

        var bytes = answer.ToArray();
        var end = bytes.AsSpan().IndexOf("\r\n\r\n"u8) is >= 0 and var found ? found + 4 : bytes.Length;
        return (Encoding.ASCII.GetString(bytes, 0, end), bytes[end..]);
    }
}
