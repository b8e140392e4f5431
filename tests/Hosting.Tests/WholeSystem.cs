using EventTorrent.Api;
using EventTorrent.Sagas;
using EventTorrent.Storage;
using EventTorrent.TestKit;
using EventTorrent.Workers.Download;
using EventTorrent.Workers.Screenshot;
using EventTorrent.Workers.Transcode;
using MassTransit;
using Microsoft.Extensions.Logging.Abstractions;

namespace EventTorrent.Hosting.Tests;

/// <summary>Every part on a virtual host and a database of its own, in the process of the test.</summary>
internal sealed class WholeSystem : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly WebApplication _app;
    private readonly TempDirectory _data;

    private WholeSystem(WebApplication app, TempDirectory data, LocalBroker broker, Uri address)
    {
        (_app, _data, Broker, Address) = (app, data, broker, address);
        Client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
    }

    public LocalBroker Broker { get; }

    public Uri Address { get; }

    public HttpClient Client { get; }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<WholeSystem> StartAsync()
    {
        Assert.SkipWhen(SharedServers.Missing is not null, SharedServers.Missing ?? "");
        var broker = await SharedServers.BrokerAsync();
        var address = await broker.CreateVirtualHostAsync(Cancellation);
        var data = new TempDirectory();
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = "Test" });
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Urls"] = $"http://127.0.0.1:{FreePort.Next()}",
            ["Bus:Transport"] = "RabbitMq",
            ["Bus:Address"] = address.ToString(),
            ["Storage:Provider"] = "Postgres",
            ["Storage:ConnectionString"] = await (await SharedServers.PostgresAsync()).CreateDatabaseAsync(Cancellation),
            ["Storage:DataDirectory"] = data.FullPath,
            ["Volume:Directory"] = data["volume"],
            ["Torrents:AllowPrivateNetworks"] = "true",
            ["Torrents:Dht"] = "false",
            ["Torrents:ListenInterfaces"] = $"{LoopbackAddress.Next()}:0",
        });
        // MassTransit keeps the first host's logger factory in a static: one that is never disposed serves all tests.
        builder.Services.AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance);
        builder.Services
            .AddTorrentStorage(builder.Configuration)
            .AddPreparation("database schema", StorageRegistration.MigrateAsync)
            .AddSagas(builder.Configuration)
            .AddApi(builder.Configuration)
            .AddScreenshotWorker(builder.Configuration)
            .AddDownloadWorker(builder.Configuration)
            .AddTranscodeWorker(builder.Configuration)
            .AddEventTorrentBus(builder.Configuration, new SagaBus(), new ApiBus(), new ScreenshotBus(), new DownloadBus(), new TranscodeBus());
        var app = builder.Build();
        app.MapApi();
        await app.StartAsync(Cancellation);
        var system = new WholeSystem(app, data, broker, address);
        var bus = app.Services.GetRequiredService<IBusControl>();
        Assert.Equal(BusHealthStatus.Healthy, await bus.WaitForHealthStatus(BusHealthStatus.Healthy, Patience));
        return system;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
        await _data.DisposeAsync();
    }
}
