using System.Collections.Concurrent;
using System.Net;
using System.Text;
using EventTorrent.TestKit;

namespace EventTorrent.AllInOne.Tests;

/// <summary>Takes traces over OTLP (HTTP, protobuf) and reads of each span what the tests look at.</summary>
internal sealed class OtlpCollector : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly ConcurrentQueue<OtlpSpan> _spans = new();
    private readonly Task _listening;

    public OtlpCollector()
    {
        var address = $"http://127.0.0.1:{FreePort.Next()}/";
        _listener.Prefixes.Add(address);
        _listener.Start();
        Endpoint = new Uri(address + "v1/traces");
        _listening = ListenAsync();
    }

    public Uri Endpoint { get; }

    public IReadOnlyCollection<OtlpSpan> Spans => _spans;

    public async ValueTask DisposeAsync()
    {
        _listener.Close();
        await _listening.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task ListenAsync()
    {
        while (_listener.IsListening)
        {
            var request = await _listener.GetContextAsync();
            using var body = new MemoryStream();
            await request.Request.InputStream.CopyToAsync(body);
            // ExportTraceServiceRequest.resource_spans (1) . scope_spans (2) . spans (2)
            foreach (var span in Fields(body.ToArray(), 1).SelectMany(resource => Fields(resource, 2)).SelectMany(scope => Fields(scope, 2)))
            {
                _spans.Enqueue(new OtlpSpan(
                    Convert.ToHexStringLower(Fields(span, 1).Single()),
                    Convert.ToHexStringLower(Fields(span, 2).Single()),
                    Convert.ToHexStringLower(Fields(span, 4).SingleOrDefault() ?? []),
                    Encoding.UTF8.GetString(Fields(span, 5).Single()),
                    [.. Fields(span, 13).Select(link => Convert.ToHexStringLower(Fields(link, 2).Single()))]));
            }

            request.Response.ContentType = "application/x-protobuf";
            request.Response.Close();
        }
    }

    /// <summary>The values of one field of a protobuf message that have a length.</summary>
    private static List<byte[]> Fields(byte[] message, int wanted)
    {
        var found = new List<byte[]>();
        for (var at = 0; at < message.Length;)
        {
            var key = Varint(message, ref at);
            var length = (key & 7) switch
            {
                0 => Skip(message, ref at),
                1 => sizeof(ulong),
                2 => (int)Varint(message, ref at),
                5 => sizeof(uint),
                var other => throw new InvalidDataException($"Wire type {other}."),
            };
            if ((key & 7) == 2 && (int)(key >> 3) == wanted)
            {
                found.Add(message[at..(at + length)]);
            }

            at += length;
        }

        return found;
    }

    private static int Skip(byte[] message, ref int at)
    {
        Varint(message, ref at);
        return 0;
    }

    private static ulong Varint(byte[] message, ref int at)
    {
        ulong value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var next = message[at++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }
    }
}
