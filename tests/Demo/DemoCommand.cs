using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
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
        Description = "Where EventTorrent listens; it must allow private networks (Torrents__AllowPrivateNetworks=true). EVENTTORRENT_KEY in the environment is its key.",
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
        Description = "In place of --url: starts the parts as separate processes on a RabbitMQ and a PostgreSQL of their own, "
            + "seeds a video that must be encoded, kills one of its two transcode workers half way, and sees the other go on.",
    };

    private static readonly Option<int> Shots = Number("--shots", "Pictures to take.", 10, MaxShots);
    private static readonly Option<int> Minutes = Number("--minutes", "Length of the video.", 4, MaxMinutes);
    private static readonly Option<int> Timeout = Number("--timeout", "Seconds after which the demo gives up.", 600, MaxSeconds);

    private static readonly Option<DirectoryInfo> Out = new("--out")
    {
        Description = "Directory for the pictures, playing.png of the browser, and in stream/ the stream (default: artifacts/demo of the checkout).",
        DefaultValueFactory = _ => new DirectoryInfo(Path.Combine(RepositoryPaths.Root, "artifacts", "demo")),
    };

    private static readonly Option<DirectoryInfo?> Volume = new("--volume")
    {
        Description = "Volume:Directory of the service at --url, where the demo looks for the stream (./run.sh demo says it).",
    };

    private static readonly Option<IPAddress?> SeedAt = new("--seed-at")
    {
        Description = "An IPv4 address of this machine, or a name of it, at which the workers of a service elsewhere reach the seeder (default: the loopback).",
        CustomParser = result =>
        {
            if (FindAddress(result.Tokens[0].Value) is { } address)
            {
                return address;
            }

            result.AddError("--seed-at must be an IPv4 address, or a name that has one.");
            return null;
        },
    };

    /// <returns>0: every picture is there and sound, and the stream plays, in the browser too; 1: not; 2: wrong usage; 130: interrupted.</returns>
    public static Task<int> InvokeAsync(string[] args)
    {
        var command = new RootCommand(
            "Seeds a video from transmission-daemon on loopback, lets EventTorrent take its screenshots, download it and make a stream (HLS) of it, "
            + "tells every step with its time, cause and worker, and proves what comes back: every picture decodes, the stream plays without a gap, and a browser (Chromium, where it is installed) shows it.")
        {
            Url, OnCluster, Shots, Minutes, Out, Volume, SeedAt, Timeout,
        };
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
        var narrator = new Narrator(Console.Out);
        try
        {
            await using var cluster = parsed.GetValue(OnCluster) ? await StartClusterAsync(narrator, deadline.Token) : null;
            using var service = new EventTorrentClient(cluster?.Apis.First().Url ?? parsed.GetRequiredValue(Url));
            var options = new DemoOptions(
                parsed.GetRequiredValue(Shots), TimeSpan.FromMinutes(parsed.GetRequiredValue(Minutes)), parsed.GetRequiredValue(Out),
                cluster is null ? parsed.GetValue(Volume) : new DirectoryInfo(cluster.VolumeDirectory), parsed.GetValue(SeedAt));
            await new DemoRun(service, cluster, narrator, options).RunAsync(deadline.Token);
            narrator.Title(FormattableString.Invariant($"All of it is as it should be, after {narrator.Now.TotalSeconds:0} s."));
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

    private static async Task<LocalCluster> StartClusterAsync(Narrator narrator, CancellationToken cancellationToken)
    {
        narrator.Say("Starting RabbitMQ, PostgreSQL, an Api, a saga host, a screenshot worker, a download worker, two transcode workers, Signaling and a node");
        return await LocalCluster.StartAsync(
            new ClusterOptions
            {
                DownloadWorkers = 1,
                TranscodeWorkers = 2,
                Signalings = 1,
                Nodes = NodeProgram.Missing is null ? 1 : 0,
                Settings = new Dictionary<string, string>
                {
                    // Told often, so that there is something to see.
                    ["Downloads:ProgressInterval"] = "00:00:00.500",
                    ["Transcodes:ProgressInterval"] = "00:00:00.500",
                    // Parts of a few seconds' work, and not so fast that nobody could be killed at it.
                    ["Hls:Chunk"] = "00:00:20",
                    ["Hls:Preset"] = "medium",
                    ["Hls:Threads"] = "1",
                },
            },
            cancellationToken);
    }

    private static IPAddress? FindAddress(string name)
    {
        try
        {
            return Dns.GetHostAddresses(name, AddressFamily.InterNetwork).FirstOrDefault();
        }
        catch (Exception unknown) when (unknown is SocketException or ArgumentException)
        {
            return null;
        }
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
