using System.Globalization;
using EventTorrent.Hosting;
using EventTorrent.Storage;
using EventTorrent.TestKit;
using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace EventTorrent.Benchmarks.Bus;

/// <summary>One of the two designs, with a database and processes of its own.</summary>
internal sealed class Side : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly List<(string Kind, ToolProcess Process)> _processes = [];
    private readonly Dictionary<string, string> _environment;
    private readonly Servers _servers;
    private readonly IHost _host;
    private readonly TempDirectory _directory = new();

    private Side(string name, Servers servers, string database, Uri? broker)
    {
        _servers = servers;
        Name = name;
        Source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(database) { MaxAutoPrepare = 20, AutoPrepareMinUsages = 1 });
        var settings = new Dictionary<string, string>
        {
            ["Storage:Provider"] = "Postgres",
            ["Storage:ConnectionString"] = database,
            ["Logging:LogLevel:Default"] = "Warning",
        };
        if (broker is not null)
        {
            settings["Bus:Transport"] = "RabbitMq";
            settings["Bus:Address"] = broker.ToString();
        }

        _environment = settings.ToDictionary(pair => pair.Key.Replace(":", "__", StringComparison.Ordinal), pair => pair.Value);
        var builder = new HostApplicationBuilder();
        builder.Configuration.AddInMemoryCollection(settings!);
        builder.Logging.ClearProviders();
        builder.Services.AddTorrentStorage(builder.Configuration);
        builder.Services.AddEventTorrentBus(builder.Configuration);
        builder.Services.AddSingleton<WorkNudge>();
        builder.Services.AddHostedService(provider => provider.GetRequiredService<WorkNudge>());
        _host = builder.Build();
        Submit = new Submitter(Source, broker is null ? () => { } : _host.Services.GetRequiredService<WorkNudge>().Say);
    }

    public string Name { get; }

    public NpgsqlDataSource Source { get; }

    public Submitter Submit { get; }

    /// <summary>The processes of its own, and the servers.</summary>
    public IEnumerable<(string Kind, int Pid)> Processes =>
        [.. _processes.Select(process => (process.Kind, process.Process.Pid)), ("broker", _servers.Broker.Pid), ("PostgreSQL", _servers.Postgres.Pid)];

    /// <summary>The saga host, and workers on the bus.</summary>
    public static async Task<Side> BusAsync(Servers servers, int workers, CancellationToken cancellationToken)
    {
        var side = new Side(
            "bus", servers, await servers.Postgres.CreateDatabaseAsync(cancellationToken), await servers.Broker.CreateVirtualHostAsync(cancellationToken));
        try
        {
            await side._host.MigrateStorageAsync(cancellationToken);
            await side._host.StartAsync(cancellationToken);
            if (workers > 0)
            {
                await side.StartWorkAsync(workers, cancellationToken);
            }

            return side;
        }
        catch
        {
            await side.DisposeAsync();
            throw;
        }
    }

    /// <summary>Workers that poll the table.</summary>
    public static async Task<Side> TableAsync(Servers servers, int workers, CancellationToken cancellationToken)
    {
        var database = await servers.Postgres.CreateDatabaseAsync(cancellationToken);
        var side = new Side("table", servers, database, broker: null);
        try
        {
            await side._host.MigrateStorageAsync(cancellationToken);
            var program = Program(Path.Combine("benchmarks", "NoOpWorker"), "NoOpWorker");
            for (var worker = 0; worker < workers; worker++)
            {
                side._processes.Add(("workers", await ToolProcess.StartAsync(
                    "dotnet", [program, "table", database, string.Create(CultureInfo.InvariantCulture, $"worker-{worker}")])));
            }

            return side;
        }
        catch
        {
            await side.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts the saga host and workers.</summary>
    public async Task StartWorkAsync(int workers, CancellationToken cancellationToken)
    {
        await StartAsync("saga host", Program("Sagas", "Sagas"), cancellationToken);
        for (var worker = 0; worker < workers; worker++)
        {
            await StartAsync("workers", Program(Path.Combine("benchmarks", "NoOpWorker"), "NoOpWorker"), cancellationToken);
        }
    }

    /// <summary>Starts the door, with a rate limit that does not limit.</summary>
    public async Task<Uri> StartApiAsync(CancellationToken cancellationToken)
    {
        _environment["Api__RateBurst"] = "1000000";
        _environment["Api__RatePerSecond"] = "100000";
        _environment["Storage__DataDirectory"] = _directory.FullPath;
        return await StartAsync("api", Program("Api", "Api"), cancellationToken);
    }

    /// <summary>Messages in a queue of the broker, ready or with a worker.</summary>
    public async Task<int> DepthAsync(string queue, CancellationToken cancellationToken)
    {
        var host = _environment["Bus__Address"].Split('/')[^1];
        var queues = (await _servers.Broker.AskAsync($"queues/{host}", cancellationToken)).AsArray();
        return queues.FirstOrDefault(one => (string?)one!["name"] == queue)?["messages"]?.GetValue<int>() ?? 0;
    }

    /// <summary>CPU seconds so far, by kind of process.</summary>
    public Dictionary<string, double> CpuSeconds() =>
        Processes.GroupBy(process => process.Kind).ToDictionary(kind => kind.Key, kind => kind.Sum(process => ProcessTime.CpuSeconds(process.Pid)));

    public async Task<long> CountAsync(string sql, CancellationToken cancellationToken)
    {
        await using var command = Source.CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>Asks for one value; the statement has one parameter.</summary>
    public async Task<T> AskAsync<T>(string sql, long parameter, CancellationToken cancellationToken)
    {
        await using var command = Source.CreateCommand(sql);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = parameter });
        return (T)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>Waits until so many tasks have come to their end.</summary>
    public Task WaitForCompletedAsync(long count, CancellationToken cancellationToken) =>
        Poll.UntilAsync(
            string.Create(CultureInfo.InvariantCulture, $"{count} tasks of {Name} are completed"),
            async token =>
            {
                // Every question costs the database something: few of them, and the times are in the rows.
                await Task.Delay(200, token);
                if (_processes.Find(process => process.Process.HasExited) is { Process: { } dead })
                {
                    throw new InvalidOperationException($"A process of {Name} has ended: {dead.Output}");
                }

                return await CountAsync("SELECT count(*) FROM tasks WHERE state = 'Completed'", token) >= count;
            },
            Patience,
            cancellationToken,
            () => string.Join('\n', _processes.Select(process => process.Process.Output)));

    public async ValueTask DisposeAsync()
    {
        foreach (var (_, process) in _processes)
        {
            await process.DisposeAsync();
        }

        await _host.StopAsync(CancellationToken.None);
        _host.Dispose();
        await Source.DisposeAsync();
        await _directory.DisposeAsync();
    }

    private static string Program(string folder, string name)
    {
        var path = Path.Combine(RepositoryPaths.Root, folder, "bin", "Release", "net10.0", $"EventTorrent.{name}.dll");
        return File.Exists(path)
            ? path
            : throw new InvalidOperationException($"{Path.GetRelativePath(RepositoryPaths.Root, path)} is not built; ./bench.sh builds it.");
    }

    private async Task<Uri> StartAsync(string kind, string program, CancellationToken cancellationToken)
    {
        var address = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{FreePort.Next()}");
        var environment = new Dictionary<string, string>(_environment)
        {
            ["ASPNETCORE_URLS"] = address,
            ["Logging__LogLevel__Microsoft.Hosting.Lifetime"] = "Information",
        };
        var process = await ToolProcess.StartAsync("dotnet", [program], environment: environment);
        _processes.Add((kind, process));
        await process.WaitForLineAsync(line => line.Contains("Application started", StringComparison.Ordinal), Patience, cancellationToken);
        return new Uri(address);
    }
}
