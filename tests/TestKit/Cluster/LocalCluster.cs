using System.Globalization;
using EventTorrent.Contracts;

namespace EventTorrent.TestKit;

/// <summary>
/// EventTorrent in several processes on this machine: the built programs, each under a supervisor, on a RabbitMQ and a
/// PostgreSQL of their own. All listen on loopback below port 32768; all is gone when it is disposed, and the processes
/// also when this one is killed.
/// </summary>
public sealed class LocalCluster : IAsyncDisposable
{
    private const string KeptName = "eventtorrent";
    private const string VolumeName = "main";
    private static readonly TimeSpan ReadyDeadline = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan WorkersStop = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan OthersStop = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan ServersStop = TimeSpan.FromSeconds(4);

    private readonly ClusterOptions _options;
    private readonly ServerHome _home;
    private readonly CancellationTokenSource _end = new();
    private readonly List<ClusterProcess> _processes = [];

    /// <summary>The node is connected to the first, and pages are sent to the last.</summary>
    private readonly Uri[] _signalingUrls;

    private FileStream? _claim;
    private LocalBroker? _broker;
    private LocalPostgres? _postgres;
    private Task _keeping = Task.CompletedTask;
    private bool _disposed;

    private LocalCluster(ClusterOptions options)
    {
        _options = options;
        _home = new ServerHome(options.Directory);
        _signalingUrls = [.. Enumerable.Range(0, options.Signalings).Select(_ => NewUrl())];
    }

    public LocalBroker Broker => _options.Broker ?? _broker ?? throw new InvalidOperationException("It was not started.");

    public LocalPostgres Postgres => _options.Postgres ?? _postgres ?? throw new InvalidOperationException("It was not started.");

    public ClusterBus Bus { get; private set; } = null!;

    public ClusterDatabase Database { get; private set; } = null!;

    /// <summary>The first Api.</summary>
    public ClusterDoor Door { get; private set; } = null!;

    /// <summary>Where the Apis keep the pictures.</summary>
    public string PicturesDirectory => Path.Combine(_home.FullPath, "data", "screenshots");

    public IReadOnlyList<ClusterProcess> Processes => _processes;

    public IEnumerable<ClusterProcess> Sagas => Of(ClusterRole.Saga);

    public IEnumerable<ClusterProcess> Apis => Of(ClusterRole.Api);

    public IEnumerable<ClusterProcess> ScreenshotWorkers => Of(ClusterRole.ScreenshotWorker);

    public IEnumerable<ClusterProcess> DownloadWorkers => Of(ClusterRole.DownloadWorker);

    public IEnumerable<ClusterProcess> TranscodeWorkers => Of(ClusterRole.TranscodeWorker);

    public IEnumerable<ClusterProcess> Signalings => Of(ClusterRole.Signaling);

    public IEnumerable<ClusterProcess> Nodes => Of(ClusterRole.Node);

    /// <summary>The one volume of the cluster.</summary>
    public string VolumeDirectory => Path.Combine(_home.FullPath, "volume");

    /// <summary>Why there can be none on this machine; null when there can.</summary>
    public static string? Missing => SharedServers.Missing;

    /// <summary>Starts everything and waits until every queue has its consumers.</summary>
    public static async Task<LocalCluster> StartAsync(ClusterOptions options, CancellationToken cancellationToken)
    {
        var cluster = new LocalCluster(options);
        try
        {
            await cluster.StartAsync(cancellationToken);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Whether every durable queue has the consumers that the number of processes promises, and the door is open.</summary>
    public async Task<bool> IsCompleteAsync(CancellationToken cancellationToken)
    {
        try
        {
            var consumers = await Bus.CountConsumersAsync(cancellationToken);
            return ExpectedConsumers().All(queue => consumers.GetValueOrDefault(queue.Key) == queue.Value) && await Door.IsReadyAsync(cancellationToken);
        }
        catch (Exception away) when (away is HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            // The broker is away, or too busy to say.
            return false;
        }
    }

    /// <summary>Waits until it is complete.</summary>
    public Task WaitUntilCompleteAsync(TimeSpan deadline, CancellationToken cancellationToken) =>
        Poll.UntilAsync("every queue has its consumers", IsCompleteAsync, deadline, cancellationToken, Describe);

    /// <summary>Ends everything in good order, workers first, in less than 15 seconds: what does not end by itself is killed.</summary>
    /// <returns>The processes that had to be killed.</returns>
    public async Task<IReadOnlyList<ClusterProcess>> StopAsync()
    {
        await _end.CancelAsync();
        await _keeping;
        var killed = new List<ClusterProcess>();
        await StopAsync(ScreenshotWorkers.Concat(DownloadWorkers).Concat(TranscodeWorkers).Concat(Nodes), WorkersStop);
        await StopAsync(Apis.Concat(Sagas).Concat(Signalings), OthersStop);
        await Task.WhenAll(
            StopServerAsync(token => _broker?.StopAsync(token) ?? Task.CompletedTask),
            StopServerAsync(token => _postgres?.StopAsync(token) ?? Task.CompletedTask));
        return killed;

        async Task StopAsync(IEnumerable<ClusterProcess> processes, TimeSpan deadline) => await Task.WhenAll(processes.Select(async process =>
        {
            if (!await process.StopAsync(deadline))
            {
                killed.Add(process);
            }
        }));
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, true))
        {
            return;
        }

        await _end.CancelAsync();
        await _keeping;
        await Task.WhenAll(_processes.Select(process => process.DisposeAsync().AsTask()));
        await (_broker?.DisposeAsync() ?? default);
        await (_postgres?.DisposeAsync() ?? default);
        Door?.Dispose();
        _end.Dispose();
        _claim?.Dispose();
        await _home.DisposeAsync();
    }

    private async Task StartAsync(CancellationToken cancellationToken)
    {
        _claim = Claim();
        var kept = _home.IsKept ? KeptName : null;
        _postgres = _options.Postgres is null ? await LocalPostgres.StartAsync(cancellationToken, Kept("postgres")) : null;
        _broker = _options.Broker is null ? await LocalBroker.StartAsync(cancellationToken, Kept("rabbitmq")) : null;
        Bus = new ClusterBus(Broker, await Broker.CreateVirtualHostAsync(cancellationToken, kept));
        Database = new ClusterDatabase(await Postgres.CreateDatabaseAsync(cancellationToken, kept));
        Add(ClusterRole.Saga, _options.Sagas);
        Add(ClusterRole.Api, _options.Apis);
        Add(ClusterRole.ScreenshotWorker, _options.ScreenshotWorkers);
        Add(ClusterRole.DownloadWorker, _options.DownloadWorkers);
        Add(ClusterRole.TranscodeWorker, _options.TranscodeWorkers);
        Add(ClusterRole.Signaling, _options.Signalings);
        AddNodes(_options.Nodes);
        Door = new ClusterDoor(Apis.First().Url);
        await Task.WhenAll(_processes.Select(process => process.StartAsync()));
        _keeping = _options.RestartsServers ? KeepServersAsync(_end.Token) : Task.CompletedTask;
        await WaitUntilCompleteAsync(ReadyDeadline, cancellationToken);
    }

    /// <summary>Two clusters on one directory would take each other's data apart.</summary>
    private FileStream Claim()
    {
        try
        {
            return new FileStream(_home["claim"], FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            throw new InvalidOperationException($"Another cluster runs on {_home.FullPath}.");
        }
    }

    private string? Kept(string server) => _home.IsKept ? _home[server] : null;

    private void Add(ClusterRole role, int count)
    {
        var program = RepositoryPaths.Program(role switch
        {
            ClusterRole.Saga => "Sagas",
            ClusterRole.Api => "Api",
            ClusterRole.DownloadWorker => "Workers.Download",
            ClusterRole.TranscodeWorker => "Workers.Transcode",
            ClusterRole.Signaling => "Signaling",
            _ => "Workers.Screenshot",
        });
        for (var number = 0; number < count; number++)
        {
            var url = UrlOf(role, number);
            _processes.Add(new ClusterProcess(role, number, ["dotnet", program], url, LogsDirectory, Settings(role, number, url)));
        }
    }

    private string LogsDirectory => Directory.CreateDirectory(_home["logs"]).FullName;

    private Uri UrlOf(ClusterRole role, int number) => (role, number, _options.Url) switch
    {
        (ClusterRole.Api, 0, { } chosen) => chosen,
        // The Apis tell pages of it before it is started.
        (ClusterRole.Signaling, _, _) => _signalingUrls[number],
        _ => NewUrl(),
    };

    private static Uri NewUrl() => new($"http://127.0.0.1:{FreePort.Next().ToString(CultureInfo.InvariantCulture)}");

    /// <summary>The node of the volume, at the first Signaling process. It is ready when it has registered, which nobody waits for.</summary>
    private void AddNodes(int count)
    {
        if (count == 0)
        {
            return;
        }

        var key = Path.Combine(_home.FullPath, "node.key");
        _home.Secret("node.key");
        Directory.CreateDirectory(VolumeDirectory);
        for (var number = 0; number < count; number++)
        {
            var metrics = NewUrl();
            string[] command =
            [
                "node", NodeProgram.Path, $"--signaling={new Uri(_signalingUrls[0], "/hubs/signaling")}", $"--node-key-file={key}", $"--volume={VolumeName}",
                $"--root={VolumeDirectory}", $"--ticket-keys={_home["data/tickets/public.json"]}",
                $"--metrics-port={metrics.Port.ToString(CultureInfo.InvariantCulture)}", "--bind-address=127.0.0.1",
            ];
            _processes.Add(new ClusterProcess(ClusterRole.Node, number, command, metrics, LogsDirectory, _options.SettingsOf?.Invoke(ClusterRole.Node, number) ?? new Dictionary<string, string>()));
        }
    }

    private Dictionary<string, string> Settings(ClusterRole role, int number, Uri url)
    {
        var settings = new Dictionary<string, string>
        {
            ["Urls"] = url.ToString(),
            ["Bus:Transport"] = "RabbitMq",
            ["Bus:Address"] = (_options.BusAddressOf?.Invoke(role, number, Bus.Address) ?? Bus.Address).ToString(),
            ["Storage:Provider"] = "Postgres",
            ["Storage:ConnectionString"] = Database.ConnectionString,
            ["Storage:DataDirectory"] = _home["data"],
        };
        if (role is ClusterRole.DownloadWorker or ClusterRole.TranscodeWorker)
        {
            settings["Volume:Name"] = VolumeName;
            settings["Volume:Directory"] = VolumeDirectory;
        }

        if (role is ClusterRole.ScreenshotWorker or ClusterRole.DownloadWorker && _options.LocalSwarm)
        {
            settings["Torrents:AllowPrivateNetworks"] = "true";
            settings["Torrents:ListenInterfaces"] = LoopbackAddress.NextEndpoint().ToString();
            settings["Torrents:Dht"] = "false";
        }

        if (role == ClusterRole.Signaling)
        {
            settings[$"Signaling:NodeKeys:{VolumeName}"] = _home.Secret("node.key");
            settings["Signaling:TicketKeys"] = new Uri(Apis.First().Url, "/tickets/keys.json").ToString();
            foreach (var (api, index) in Apis.Select((api, index) => (api, index)))
            {
                settings[$"Signaling:AllowedOrigins:{index.ToString(CultureInfo.InvariantCulture)}"] = api.Url.GetLeftPart(UriPartial.Authority);
            }
        }

        if (role == ClusterRole.Api && _options.Signalings > 0)
        {
            settings["Playback:SignalingUrl"] = new Uri(_signalingUrls[^1], "/hubs/signaling").ToString();
        }

        foreach (var (key, value) in _options.Settings.Concat(_options.SettingsOf?.Invoke(role, number) ?? new Dictionary<string, string>()))
        {
            settings[key] = value;
        }

        return settings;
    }

    private Dictionary<string, int> ExpectedConsumers() => new()
    {
        [Queues.Saga] = Sagas.Count(),
        [Queues.SagaAside] = Sagas.Count(),
        [Queues.Dispatcher] = Sagas.Count(),
        [Queues.ScreenshotWork] = ScreenshotWorkers.Count(),
        [Queues.DownloadWork] = DownloadWorkers.Count(),
        [Queues.DownloadOn(VolumeName)] = DownloadWorkers.Count(),
        [Queues.PurgeOn(VolumeName)] = DownloadWorkers.Count(),
        [Queues.TranscodeOn(VolumeName)] = TranscodeWorkers.Count(),
        [Queues.ScreenshotStore] = Apis.Count(),
    };

    private async Task KeepServersAsync(CancellationToken end)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(500));
        try
        {
            while (await timer.WaitForNextTickAsync(end))
            {
                await (_broker is { HasCrashed: true } broker ? broker.StartAgainAsync(end) : Task.CompletedTask);
                await (_postgres is { HasCrashed: true } postgres ? postgres.StartAgainAsync(end) : Task.CompletedTask);
            }
        }
        catch (OperationCanceledException)
        {
            // The cluster ends.
        }
    }

    private static async Task StopServerAsync(Func<CancellationToken, Task> stop)
    {
        using var deadline = new CancellationTokenSource(ServersStop);
        try
        {
            await stop(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            // Its handle is disposed, and it is killed with that.
        }
    }

    private IEnumerable<ClusterProcess> Of(ClusterRole role) => _processes.Where(process => process.Role == role);

    private string Describe() => string.Join(
        '\n',
        _processes.Select(process => $"{process.Name}: {(process.Pid is { } pid ? $"pid {pid}" : "down")}, started {process.Starts} times. {string.Join('\n', process.Log.Split('\n').TakeLast(6))}"));
}
