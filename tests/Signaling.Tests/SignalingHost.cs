using EventTorrent.Hosting;
using EventTorrent.TestKit;
using MassTransit;

namespace EventTorrent.Signaling.Tests;

/// <summary>A Signaling process within the test, on a port of its own.</summary>
internal sealed class SignalingHost : IAsyncDisposable
{
    /// <summary>Of the volume <see cref="Volume"/>.</summary>
    public const string NodeKey = "key-of-the-node-of-main";

    public const string Volume = "main";

    private readonly WebApplication _app;

    private SignalingHost(WebApplication app, Uri address) => (_app, Address) = (app, address);

    public static CancellationToken Token => TestContext.Current.CancellationToken;

    public Uri Address { get; }

    /// <param name="bus">A virtual host to share with other processes, or null for a process that is alone.</param>
    /// <param name="address">Where a former one was, or null for a port of its own.</param>
    public static async Task<SignalingHost> StartAsync(
        Uri? bus = null, Uri? address = null, TimeProvider? time = null, params (string Key, string Value)[] settings)
    {
        address ??= new Uri($"http://127.0.0.1:{FreePort.Next()}");
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        var all = new Dictionary<string, string?>
        {
            ["urls"] = address.ToString(),
            [$"Signaling:NodeKeys:{Volume}"] = NodeKey,
            ["Bus:Transport"] = bus is null ? "InMemory" : "RabbitMq",
            ["Bus:Address"] = (bus ?? new Uri("amqp://nowhere.invalid/")).ToString(),
            // Tests ask again and again.
            ["Signaling:OffersPerMinute"] = "10000",
            ["Signaling:AddressOffersPerMinute"] = "100000",
            // It would end the tests with the process.
            ["Watchdog:Enabled"] = "false",
        };
        foreach (var (key, value) in settings)
        {
            all[key] = value;
        }

        builder.Configuration.AddInMemoryCollection(all);
        builder.Services.AddSingleton(time ?? TimeProvider.System);
        builder.Services.AddSignaling(builder.Configuration);
        builder.Services.AddEventTorrentBus(builder.Configuration, new SignalingBus());
        var app = builder.Build();
        app.MapSignalingProcess();
        await app.StartAsync(Token);
        return new SignalingHost(app, address);
    }

    public Task<HubPeer> ConnectAsync(string? key = null, string? origin = null) => HubPeer.ConnectAsync(Address, key, origin);

    /// <summary>A node of the volume that has registered.</summary>
    public async Task<HubPeer> ConnectNodeAsync(int maxSessions = 64)
    {
        var node = await ConnectAsync(NodeKey);
        await node.InvokeAsync("RegisterNode", new { protocol = 1, volume = Volume, version = "test", maxSessions });
        return node;
    }

    /// <summary>Until it reads its queue: one that stops before leaves the queue to the broker's own expiry, a minute later.</summary>
    public Task WaitForBusAsync() =>
        _app.Services.GetRequiredService<IBusControl>().WaitForHealthStatus(BusHealthStatus.Healthy, TimeSpan.FromSeconds(90)).WaitAsync(Token);

    public async ValueTask DisposeAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        await _app.StopAsync(limit.Token);
        await _app.DisposeAsync();
    }
}
