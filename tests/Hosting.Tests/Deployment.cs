using System.Net;
using System.Text.Json.Nodes;
using EventTorrent.TestKit;

namespace EventTorrent.Hosting.Tests;

/// <summary>A broker and a database of the test's own, and the programs that work on them.</summary>
internal sealed class Deployment : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(120);

    private readonly TempDirectory _data = new();
    private readonly List<HostProcess> _hosts = [];
    private readonly (string, string)[] _bus;
    private readonly (string, string)[] _storage;

    private Deployment(LocalBroker broker, LocalPostgres postgres, Uri address, string connectionString)
    {
        (Broker, Postgres, ConnectionString) = (broker, postgres, connectionString);
        _bus = [("Bus:Transport", "RabbitMq"), ("Bus:Address", address.ToString())];
        _storage =
        [
            ("Storage:Provider", "Postgres"), ("Storage:ConnectionString", connectionString), ("Storage:DataDirectory", _data.FullPath),
        ];
    }

    public LocalBroker Broker { get; }

    public LocalPostgres Postgres { get; }

    /// <summary>Of the database that the programs work on.</summary>
    public string ConnectionString { get; }

    public HostProcess Api { get; private set; } = null!;

    public HostProcess Sagas { get; private set; } = null!;

    public IReadOnlyList<HostProcess> Hosts => _hosts;

    /// <summary>The virtual host of the programs, with the password in it.</summary>
    public Uri BusAddress => new(_bus[1].Item2);

    /// <summary>Of Api and the saga host.</summary>
    public string DataDirectory => _data.FullPath;

    public string Log => string.Join('\n', _hosts.Select(host => host.Log));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Broker and database alone.</summary>
    public static async Task<Deployment> CreateAsync()
    {
        Assert.SkipWhen(SharedServers.Missing is not null, SharedServers.Missing ?? "");
        var broker = await LocalBroker.StartAsync(Cancellation);
        var postgres = await LocalPostgres.StartAsync(Cancellation);
        return new Deployment(
            broker, postgres, await broker.CreateVirtualHostAsync(Cancellation), await postgres.CreateDatabaseAsync(Cancellation));
    }

    public async Task StartApiAndSagasAsync(params (string, string)[] settings)
    {
        Api = Add(await HostProcess.StartAsync("Api", [.. _bus, .. _storage, .. settings]));
        Sagas = Add(await HostProcess.StartAsync("Sagas", [.. _bus, .. _storage, .. settings]));
    }

    public async Task<HostProcess> StartWorkerAsync(params (string, string)[] settings) => Add(await HostProcess.StartAsync(
        "Workers.Screenshot",
        [
            .. _bus, ("Torrents:AllowPrivateNetworks", "true"), ("Torrents:ListenInterfaces", $"{LoopbackAddress.Next()}:0"), ("Torrents:Dht", "false"),
            .. settings,
        ]));

    /// <summary>Starts another program, on the broker alone.</summary>
    public async Task<HostProcess> StartAsync(string name, params (string, string)[] settings) => Add(await HostProcess.StartAsync(
        name, [.. _bus, ("Volume:Directory", _data["volume"]), ("Torrents:ListenInterfaces", $"{LoopbackAddress.Next()}:0"), .. settings]));

    public async Task WaitUntilReadyAsync()
    {
        foreach (var host in _hosts.Where(host => !host.HasExited))
        {
            await host.WaitForHealthAsync("ready", HttpStatusCode.OK);
        }
    }

    public Task<HttpResponseMessage> SubmitAsync(TestTorrent torrent, IPEndPoint peer, int shots) => Api.Client.PostAsJsonAsync(
        "/tasks/", new { magnet = torrent.Magnet(peer), shots }, Cancellation);

    public async Task<JsonNode> WaitForAsync(TestTorrent torrent, Predicate<JsonNode> condition)
    {
        JsonNode task = new JsonObject();
        await Poll.UntilAsync(
            "the task is as expected",
            async _ => condition(task = await Api.GetAsync($"/tasks/{torrent.Infohash}")),
            Deadline, Cancellation, () => $"{task}\n{Log}");
        return task;
    }

    /// <summary>Ends every program at once, as a machine that shuts down does.</summary>
    public async Task<IReadOnlyList<(int Code, TimeSpan Time)>> StopAllAsync() => await Task.WhenAll(_hosts.Where(host => !host.HasExited).Select(host => host.StopAsync()));

    public async ValueTask DisposeAsync()
    {
        foreach (var host in _hosts)
        {
            await host.DisposeAsync();
        }

        await Broker.DisposeAsync();
        await Postgres.DisposeAsync();
        await _data.DisposeAsync();
    }

    private HostProcess Add(HostProcess host)
    {
        _hosts.Add(host);
        return host;
    }
}
