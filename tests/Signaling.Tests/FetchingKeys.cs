using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using EventTorrent.TestKit;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace EventTorrent.Signaling.Tests;

/// <summary>The public keys of tickets, where Api shows them.</summary>
public sealed class FetchingKeys
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private static CancellationToken Cancellation => SignalingHost.Token;

    [Fact]
    public async Task They_are_asked_for_until_they_come_and_before_that_the_hub_is_not_ready_and_lets_nobody_in()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await using var api = await KeyServer.StartAsync();
        await using var host = await SignalingHost.StartAsync(settings:
        [
            ("Signaling:IceServers:0", "turn:a.example:3478"), ("Signaling:TurnSecret", "a-secret-of-coturn"), ("Signaling:TicketKeys", api.Address),
        ]);
        await using var node = await host.ConnectNodeAsync();
        await using var viewer = await host.ConnectAsync();
        async Task<(int Servers, string? Offer)> AskAsync() =>
            ((await viewer.InvokeAsync("IceServersFor", new { ticket = Tickets.SignedBy(key, "k1") }))!.AsArray().Count,
                (string?)(await viewer.OfferAsync(Tickets.SignedBy(key, "k1")))["code"]);

        await Poll.UntilAsync("they were asked for", () => api.Asked > 1, Deadline, Cancellation);
        Assert.Equal("unhealthy", await HealthOfKeysAsync(host));
        Assert.Equal((0, "ticket-invalid"), await AskAsync());

        api.Answer = (200, Tickets.KeySet(key, "k1"));

        await Poll.UntilAsync("they are known", async _ => await HealthOfKeysAsync(host) == "healthy", Deadline, Cancellation);
        Assert.Equal((1, null), await AskAsync());
    }

    [Theory]
    [InlineData(503, "")]
    [InlineData(404, "{}")]
    [InlineData(302, "")]
    [InlineData(200, "<html>")]
    [InlineData(200, "[]")]
    [InlineData(200, """{"keys":[]}""")]
    [InlineData(200, """{"keys":[{"kty":"RSA","n":"AQAB"}]}""")]
    [InlineData(200, """{"keys":[{"kty":"EC","crv":"P-256","kid":"k2","x":"AA","y":"AA"}]}""")]
    [InlineData(200, null)]
    public async Task What_is_known_counts_until_there_is_other(int status, string? answer)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256), next = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await using var api = await KeyServer.StartAsync();
        var options = Options.Create(new SignalingOptions { TicketKeys = api.Address });
        using var keys = new TicketKeySet(options, NullLogger<TicketKeySet>.Instance);
        var time = new ImpatientTime();
        using var fetcher = new TicketKeyFetcher(keys, options, time, NullLogger<TicketKeyFetcher>.Instance);
        var (known, coming) = (Tickets.SignedBy(key, "k1"), Tickets.SignedBy(next, "k2"));
        await fetcher.StartAsync(Cancellation);

        api.Answer = (200, Tickets.KeySet(key, "k1"));
        await Poll.UntilAsync("the first are known", () => keys.HasSigned(known), Deadline, Cancellation);
        api.Answer = (status, answer ?? new string(' ', TicketKeySet.MaxBytes + 1));
        var asked = api.Asked;
        // When the answer to the second is under way, what came of the first is done.
        await Poll.UntilAsync("they were asked for again", () => api.Asked > asked + 2, Deadline, Cancellation);
        Assert.True(keys.HasSigned(known));
        Assert.False(keys.HasSigned(coming));
        api.Answer = (200, Tickets.KeySet(next, "k2"));
        await Poll.UntilAsync("the next are known", () => keys.HasSigned(coming), Deadline, Cancellation);

        Assert.False(keys.HasSigned(known));
        Assert.All(time.Waits, wait => Assert.InRange(wait, TimeSpan.FromSeconds(2), TicketKeyFetcher.Interval));
        Assert.Contains(TicketKeyFetcher.Interval, time.Waits);
        await fetcher.StopAsync(Cancellation);
    }

    [Theory]
    [InlineData("ftp://a.example/keys.json")]
    [InlineData("http://name:secret@a.example/keys.json")]
    public async Task An_address_that_can_not_be_asked_is_refused_at_the_start(string address)
    {
        var wrong = await Assert.ThrowsAsync<OptionsValidationException>(() => SignalingHost.StartAsync(settings: ("Signaling:TicketKeys", address)));

        Assert.Contains("Signaling:TicketKeys", wrong.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(address, wrong.Message, StringComparison.Ordinal);
    }

    private static async Task<string?> HealthOfKeysAsync(SignalingHost host)
    {
        using var client = new HttpClient { BaseAddress = host.Address, Timeout = Deadline };
        using var answer = await client.GetAsync("/health/ready", Cancellation);
        return (string?)JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancellation))!["checks"]!["ticket-keys"]!["status"];
    }

    /// <summary>Answers as it is told to.</summary>
    private sealed class KeyServer : IAsyncDisposable
    {
        private readonly WebApplication _app;
        private volatile Tuple<int, string> _answer = Tuple.Create(503, "");
        private int _asked;

        private KeyServer(WebApplication app)
        {
            _app = app;
            app.MapGet("/tickets/keys.json", async context =>
            {
                Interlocked.Increment(ref _asked);
                var (status, body) = _answer;
                context.Response.StatusCode = status;
                context.Response.Headers.Location = "/elsewhere";
                await context.Response.WriteAsync(body, context.RequestAborted);
            });
        }

        public string Address { get; private set; } = "";

        public int Asked => Volatile.Read(ref _asked);

        public (int Status, string Body) Answer
        {
            set => _answer = Tuple.Create(value.Status, value.Body);
        }

        public static async Task<KeyServer> StartAsync()
        {
            var builder = WebApplication.CreateBuilder();
            builder.Logging.ClearProviders();
            var url = $"http://127.0.0.1:{FreePort.Next()}";
            builder.WebHost.UseUrls(url);
            var server = new KeyServer(builder.Build()) { Address = url + "/tickets/keys.json" };
            await server._app.StartAsync(Cancellation);
            return server;
        }

        public ValueTask DisposeAsync() => _app.DisposeAsync();
    }

    /// <summary>Writes down how long somebody wants to wait, and lets it wait a moment.</summary>
    private sealed class ImpatientTime : TimeProvider
    {
        public ConcurrentQueue<TimeSpan> Waits { get; } = new();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Waits.Enqueue(dueTime);
            return System.CreateTimer(callback, state, TimeSpan.FromMilliseconds(10), period);
        }
    }
}
