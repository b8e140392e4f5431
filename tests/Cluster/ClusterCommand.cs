using System.CommandLine;
using System.Globalization;
using EventTorrent.TestKit;

namespace EventTorrent.Cluster;

/// <summary>The command line of <c>./run.sh cluster</c>.</summary>
internal static class ClusterCommand
{
    private const int MaxProcesses = 64;

    /// <summary>Above what the cluster takes to stop, so that it is never cut short.</summary>
    private static readonly TimeSpan StopDeadline = TimeSpan.FromSeconds(30);

    private static readonly Option<int> Workers = Count("--workers", "Screenshot workers.", 2);
    private static readonly Option<int> DownloadWorkers = Count("--download-workers", "Download workers, on one volume in --data.", 1);
    private static readonly Option<int> TranscodeWorkers = Count("--transcode-workers", "Transcode workers, on the same volume.", 1);
    private static readonly Option<int> Sagas = Count("--sagas", "Saga hosts.", 1);
    private static readonly Option<int> Apis = Count("--apis", "Api processes; the first listens on --urls, the others on ports of their own.", 1);

    private static readonly Option<int> Signalings = Count("--signalings", "Signaling processes; the node is connected to the first, and pages to the last.", 1);

    private static readonly Option<int> Peers = new("--peers")
    {
        Description = "Nodes that serve the volume to viewers, 0 or 1 (default: 1 when Node.js is installed and Web/ is built).",
        DefaultValueFactory = _ => NodeProgram.Missing is null ? 1 : 0,
        CustomParser = result =>
        {
            if (result.Tokens[0].Value is "0" or "1")
            {
                return result.Tokens[0].Value == "1" ? 1 : 0;
            }

            result.AddError("--peers must be 0 or 1: nodes of one volume would put each other out.");
            return 0;
        },
    };

    private static readonly Option<Uri> Urls = new("--urls")
    {
        Description = "Where the first Api listens.",
        DefaultValueFactory = _ => new Uri("http://127.0.0.1:8080"),
        CustomParser = result =>
        {
            if (Uri.TryCreate(result.Tokens[0].Value, UriKind.Absolute, out var url) && url.Scheme == "http")
            {
                return url;
            }

            result.AddError("--urls must be one http address.");
            return null;
        },
    };

    private static readonly Option<DirectoryInfo> Data = new("--data")
    {
        Description = "Directory of the broker's, the database's and the Api's data and of all logs, kept between runs (default: data/cluster of the checkout).",
        DefaultValueFactory = _ => new DirectoryInfo(Path.Combine(RepositoryPaths.Root, "data", "cluster")),
    };

    private static readonly Option<bool> Fresh = new("--fresh") { Description = "Removes what an earlier run kept there." };

    /// <returns>0: stopped on request; 1: it could not be started; 2: wrong usage.</returns>
    public static async Task<int> InvokeAsync(string[] args)
    {
        var command = new RootCommand(
            "Runs EventTorrent in several processes on a RabbitMQ and a PostgreSQL of its own, and starts again whatever ends, until Ctrl-C. "
            + "Settings of the processes are taken from the environment, such as Torrents__Dht=false.")
        {
            Workers, DownloadWorkers, TranscodeWorkers, Sagas, Apis, Signalings, Peers, Urls, Data, Fresh,
        };
        command.SetAction(RunAsync);
        var parsed = command.Parse(args);
        if (parsed.Errors.Count == 0)
        {
            return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = StopDeadline });
        }

        foreach (var error in parsed.Errors)
        {
            await Console.Error.WriteLineAsync($"error: {error.Message}");
        }

        return 2;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken interrupted)
    {
        try
        {
            var run = new ClusterRun(
                new ClusterOptions
                {
                    ScreenshotWorkers = parsed.GetRequiredValue(Workers),
                    DownloadWorkers = parsed.GetRequiredValue(DownloadWorkers),
                    TranscodeWorkers = parsed.GetRequiredValue(TranscodeWorkers),
                    Sagas = parsed.GetRequiredValue(Sagas),
                    Apis = parsed.GetRequiredValue(Apis),
                    Signalings = parsed.GetRequiredValue(Signalings),
                    Nodes = parsed.GetRequiredValue(Peers) is 1 && NodeProgram.Missing is { } missing
                        ? throw new InvalidOperationException(missing) : parsed.GetRequiredValue(Peers),
                    Url = parsed.GetRequiredValue(Urls),
                    Directory = parsed.GetRequiredValue(Data).FullName,
                    LocalSwarm = false,
                    RestartsServers = true,
                },
                Console.Out);
            await run.RunAsync(parsed.GetValue(Fresh), interrupted);
            return 0;
        }
        catch (OperationCanceledException) when (interrupted.IsCancellationRequested)
        {
            return 0;
        }
        catch (Exception failure) when (failure is InvalidOperationException or TimeoutException or IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync($"error: {failure.Message}");
            return 1;
        }
    }

    private static Option<int> Count(string name, string description, int value) => new(name)
    {
        Description = $"{description} 1 to {MaxProcesses}.",
        DefaultValueFactory = _ => value,
        CustomParser = result =>
        {
            if (int.TryParse(result.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= MaxProcesses)
            {
                return number;
            }

            result.AddError($"{name} must be a number from 1 to {MaxProcesses}.");
            return value;
        },
    };
}
