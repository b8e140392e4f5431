using System.CommandLine;
using System.Globalization;
using EventTorrent.TestKit;

namespace EventTorrent.Demo;

/// <summary>The command line of the demo.</summary>
internal static class DemoCommand
{
    private const int MaxShots = 60;
    private const int MaxMinutes = 60;
    private const int MaxSeconds = 86_400;
    private static readonly TimeSpan StopDeadline = TimeSpan.FromSeconds(10);

    private static readonly Option<Uri> Url = new("--url")
    {
        Description = "Where EventTorrent listens; it must allow private networks (Torrents__AllowPrivateNetworks=true).",
        DefaultValueFactory = _ => new Uri("http://127.0.0.1:8080"),
        CustomParser = result =>
        {
            if (Uri.TryCreate(result.Tokens[0].Value, UriKind.Absolute, out var url) && url.Scheme is "http" or "https")
            {
                return url;
            }

            result.AddError("--url must be an http or https address.");
            return null;
        },
    };

    private static readonly Option<bool> OnCluster = new("--cluster")
    {
        Description = "Starts the parts as separate processes on a RabbitMQ and a PostgreSQL of their own, with two workers, instead of --url.",
    };

    private static readonly Option<int> Shots = Number("--shots", "Pictures to take.", 10, MaxShots);
    private static readonly Option<int> Minutes = Number("--minutes", "Length of the video.", 4, MaxMinutes);
    private static readonly Option<int> Timeout = Number("--timeout", "Seconds after which the demo gives up.", 300, MaxSeconds);

    private static readonly Option<DirectoryInfo> Out = new("--out")
    {
        Description = "Directory for the pictures (default: artifacts/demo of the checkout).",
        DefaultValueFactory = _ => new DirectoryInfo(Path.Combine(RepositoryPaths.Root, "artifacts", "demo")),
    };

    /// <returns>0: every picture is there and sound; 1: not; 2: wrong usage; 130: interrupted.</returns>
    public static Task<int> InvokeAsync(string[] args)
    {
        var command = new RootCommand("Seeds a video from transmission-daemon on loopback and lets EventTorrent take its screenshots.") { Url, OnCluster, Shots, Minutes, Out, Timeout };
        command.SetAction(RunAsync);
        var parsed = command.Parse(args);
        return parsed.Errors.Count > 0 ? RefuseAsync(parsed) : parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = StopDeadline });
    }

    private static async Task<int> RefuseAsync(ParseResult parsed)
    {
        foreach (var error in parsed.Errors)
        {
            await Console.Error.WriteLineAsync($"error: {error.Message}");
        }

        return 2;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken interrupted)
    {
        var seconds = parsed.GetRequiredValue(Timeout);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(interrupted);
        deadline.CancelAfter(TimeSpan.FromSeconds(seconds));
        try
        {
            await using var cluster = parsed.GetValue(OnCluster) ? await StartClusterAsync(deadline.Token) : null;
            using var service = new EventTorrentClient(cluster?.Apis.First().Url ?? parsed.GetRequiredValue(Url));
            var demo = new DemoRun(service, Console.Out, parsed.GetRequiredValue(Out), parsed.GetRequiredValue(Shots), TimeSpan.FromMinutes(parsed.GetRequiredValue(Minutes)));
            await demo.RunAsync(deadline.Token);
            return 0;
        }
        catch (OperationCanceledException) when (interrupted.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync("Interrupted.");
            return 130;
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync($"error: not done after {seconds} s (--timeout)");
            return 1;
        }
        catch (Exception failure) when (failure is DemoException or HttpRequestException or InvalidOperationException or TimeoutException or IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync($"error: {failure.Message}");
            return 1;
        }
    }

    private static async Task<LocalCluster> StartClusterAsync(CancellationToken cancellationToken)
    {
        await Console.Out.WriteLineAsync("Starting RabbitMQ, PostgreSQL, a saga host, an Api and two workers");
        return await LocalCluster.StartAsync(new ClusterOptions { ScreenshotWorkers = 2 }, cancellationToken);
    }

    private static Option<int> Number(string name, string description, int value, int max) => new(name)
    {
        Description = $"{description} 1 to {max}.",
        DefaultValueFactory = _ => value,
        CustomParser = result =>
        {
            if (int.TryParse(result.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= max)
            {
                return number;
            }

            result.AddError($"{name} must be a number from 1 to {max}.");
            return value;
        },
    };
}
