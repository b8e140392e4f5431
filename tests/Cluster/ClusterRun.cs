using System.Diagnostics;
using EventTorrent.TestKit;

namespace EventTorrent.Cluster;

/// <summary>A cluster from its start to Ctrl-C, with a line for everything that a person should know.</summary>
internal sealed class ClusterRun(ClusterOptions options, TextWriter output)
{
    /// <summary>What every cluster leaves in its directory: nothing else is ever removed.</summary>
    private const string Mark = "claim";

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);

    public async Task RunAsync(bool fresh, CancellationToken interrupted)
    {
        if (fresh)
        {
            Remove(options.Directory!);
        }

        output.WriteLine($"Starting a cluster on {options.Directory}; this takes about 20 seconds.");
        await using var cluster = await LocalCluster.StartAsync(options, interrupted);
        PrintTable(cluster);
        await WatchAsync(cluster, interrupted);

        output.WriteLine("Stopping.");
        var clock = Stopwatch.StartNew();
        var killed = await cluster.StopAsync();
        foreach (var process in killed)
        {
            output.WriteLine($"{process.Name} did not end by itself and was killed.");
        }

        output.WriteLine(FormattableString.Invariant($"Stopped in {clock.Elapsed.TotalSeconds:0.0} s; the data stays in {options.Directory}."));
    }

    /// <exception cref="InvalidOperationException">It is no cluster's directory.</exception>
    private static void Remove(string directory)
    {
        if (!Directory.Exists(directory))
        {
            return;
        }

        if (!File.Exists(Path.Combine(directory, Mark)) && Directory.EnumerateFileSystemEntries(directory).Any())
        {
            throw new InvalidOperationException($"{directory} was not made by a cluster; it is left alone.");
        }

        // Fails while another cluster runs there.
        using (new FileStream(Path.Combine(directory, Mark), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None))
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private void PrintTable(LocalCluster cluster)
    {
        output.WriteLine();
        Row("process", "pid", "port", "log");
        Row("rabbitmq", cluster.Broker.Pid, cluster.Broker.Port, "");
        Row("postgresql", cluster.Postgres.Pid, cluster.Postgres.Port, "");
        foreach (var process in cluster.Processes)
        {
            Row(process.Name, process.Pid, process.Url.Port, process.LogPath);
        }

        output.WriteLine();
        output.WriteLine($"EventTorrent        {cluster.Apis.First().Url}");
        output.WriteLine($"RabbitMQ's pages    {cluster.Broker.ManagementUrl} user {LocalBroker.User}, password {cluster.Broker.Password}");
        output.WriteLine($"Database            {cluster.Database.ConnectionString}");
        output.WriteLine($"Streams             {cluster.VolumeDirectory}");
        output.WriteLine();
        output.WriteLine($"Ask for something:  curl -X POST -F want=screenshots,stream -F \"magnet=magnet:?xt=urn:btih:...\" {cluster.Apis.First().Url}tasks/");
        output.WriteLine("Kill what you like, with kill -9 and its pid: it is started again. Ctrl-C stops everything.");
    }

    private void Row(string name, object? pid, object port, string log) => output.WriteLine(FormattableString.Invariant($"{name,-20}{pid,8}{port,8}  {log}"));

    /// <summary>A process that is ended by a signal has 128 and its number as exit code.</summary>
    private static string Describe(int? exitCode) => exitCode switch
    {
        137 => "killed",
        143 => "terminated",
        134 => "it gave itself up: its log says why",
        _ => $"exit code {exitCode}",
    };

    /// <summary>Tells of every life that ends and begins, until the interruption.</summary>
    private async Task WatchAsync(LocalCluster cluster, CancellationToken interrupted)
    {
        var lives = cluster.Processes.ToDictionary(process => process, process => process.Starts);
        using var timer = new PeriodicTimer(Look);
        try
        {
            while (await timer.WaitForNextTickAsync(interrupted))
            {
                foreach (var process in cluster.Processes.Where(process => process.Starts > lives[process]))
                {
                    lives[process] = process.Starts;
                    output.WriteLine($"{process.Name} ended ({Describe(process.LastExitCode)}) and was started again: its start number {process.Starts}, pid {process.Pid}.");
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Ctrl-C.
        }
    }
}
