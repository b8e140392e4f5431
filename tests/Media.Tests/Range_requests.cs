using System.Text;
using EventTorrent.Media.Paging;

namespace EventTorrent.Media.Tests;

public sealed class Range_requests
{
    [Fact]
    public void The_request_of_ffmpeg_is_understood()
    {
        Assert.True(TryParse(
            "GET /secret HTTP/1.1\r\nUser-Agent: Lavf/59.27.100\r\nAccept: */*\r\nRange: bytes=1234-\r\nConnection: close\r\nHost: 127.0.0.1:80\r\n\r\n",
            out var request));

        Assert.Equal(("/secret", 1234L, null, true), (Encoding.ASCII.GetString(request.Path.Span), request.Start, request.Last, request.IsPart));
    }

    [Theory]
    [InlineData("GET / HTTP/1.0\r\n\r\n", 0L, null, false)]
    [InlineData("GET /a HTTP/1.1\r\nrange:bytes=0-0\r\n\r\n", 0L, 0L, true)]
    [InlineData("GET /a HTTP/1.1\r\nX: \r\nRANGE:  bytes=9223372036854775807- \r\n\r\n", long.MaxValue, null, true)]
    [InlineData("GET /a HTTP/1.1\r\nRange: bytes=5-9223372036854775807\r\n\r\n", 5L, long.MaxValue, true)]
    public void So_are_others_of_its_form(string head, long start, long? last, bool isPart)
    {
        Assert.True(TryParse(head, out var request));

        Assert.Equal((start, last, isPart), (request.Start, request.Last, request.IsPart));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\r\n\r\n")]
    [InlineData("GET")]
    [InlineData("GET / HTTP/1.1\r\n")]
    [InlineData("GET / HTTP/1.1\n\n")]
    [InlineData("GET / HTTP/2.0\r\n\r\n")]
    [InlineData("GET /HTTP/1.1\r\n\r\n")]
    [InlineData("GET  HTTP/1.1\r\n\r\n")]
    [InlineData("GET /a b HTTP/1.1\r\n\r\n")]
    [InlineData("GET /\u00e4 HTTP/1.1\r\n\r\n")]
    [InlineData("GET http://127.0.0.1/a HTTP/1.1\r\n\r\n")]
    [InlineData("get /a HTTP/1.1\r\n\r\n")]
    [InlineData("HEAD /a HTTP/1.1\r\n\r\n")]
    [InlineData("POST /a HTTP/1.1\r\nContent-Length: 4\r\n\r\nabcd")]
    [InlineData("GET /a HTTP/1.1\r\nno colon\r\n\r\n")]
    [InlineData("GET /a HTTP/1.1\r\n: value\r\n\r\n")]
    [InlineData("GET /a HTTP/1.1\r\nA b: value\r\n\r\n")]
    [InlineData("GET /a HTTP/1.1\r\nA: b\r\n folded\r\n\r\n")]
    [InlineData("GET /a HTTP/1.1\r\nA: b\0\r\n\r\n")]
    [InlineData("GET /a HTTP/1.1\r\nRange: bytes=-5\r\n\r\n")]
    [InlineData("GET /a HTTP/1.1\r\nRange: bytes=5\r\n\r\n")]
    [InlineData("GET /a HTTP/1.1\r\nRange: bytes=\r\n\r\n")]
    [InlineData("GET /a HTTP/1.1\r\nRange: bytes=+5-\r\n\r\n")]
    [InlineData("GET /a HTTP/1.1\r\nRange: bytes=5-4\r\n\r\n")]
    [InlineData("GET /a HTTP/1.1\r\nRange: bytes=5--6\r\n\r\n")]
    [InlineData("GET /a HTTP/1.1\r\nRange: bytes=0-1,3-4\r\n\r\n")]
    [InlineData("GET /a HTTP/1.1\r\nRange: bytes=9223372036854775808-\r\n\r\n")]
    [InlineData("GET /a HTTP/1.1\r\nRange: lines=1-\r\n\r\n")]
    [InlineData("GET /a HTTP/1.1\r\nRange: bytes=0-\r\nRange: bytes=1-\r\n\r\n")]
    public void Anything_else_is_no_request(string head) => Assert.False(TryParse(head, out _));

    [Fact]
    public void Too_long_a_head_and_too_many_fields_are_no_request()
    {
        Assert.True(TryParse($"GET /a HTTP/1.1\r\n{Repeat("A: b\r\n", 32)}\r\n", out _));
        Assert.False(TryParse($"GET /a HTTP/1.1\r\n{Repeat("A: b\r\n", 33)}\r\n", out _));
        Assert.False(TryParse($"GET /{new string('a', RangeRequest.MaxHeadBytes)} HTTP/1.1\r\n\r\n", out _));
    }

    private static bool TryParse(string head, out RangeRequest request) => RangeRequest.TryParse(Encoding.Latin1.GetBytes(head), out request);

    private static string Repeat(string text, int count) => string.Concat(Enumerable.Repeat(text, count));
}
