using System.CommandLine;
using System.Globalization;
using EventTorrent.Benchmarks.Bus;
using EventTorrent.Benchmarks.Bytes;
using EventTorrent.Benchmarks.Corpus;
using EventTorrent.Benchmarks.Door;
using EventTorrent.Benchmarks.Download;
using EventTorrent.Benchmarks.Hls;
using EventTorrent.Benchmarks.Memory;
using EventTorrent.Media;
using EventTorrent.Torrents;

namespace EventTorrent.Benchmarks;

/// <summary>The command line of the benchmarks.</summary>
internal static class BenchCommand
{
    private static readonly TimeSpan StopDeadline = TimeSpan.FromSeconds(10);

    private static readonly Dictionary<string, Func<Report, Amount, CancellationToken, Task>> Benches = new()
    {
        ["shots"] = Repeated(ShotsBench.RunAsync),
        ["swarm"] = Repeated(SwarmBench.RunAsync),
        ["jail"] = Repeated(JailBench.RunAsync),
        ["hls"] = Repeated(HlsBench.RunAsync),
        ["hls-corpus"] = Repeated(HlsCorpusBench.RunAsync),
        ["bus"] = Repeated(BusBench.RunAsync),
        ["backlog"] = Repeated(BacklogBench.RunAsync),
        ["api"] = Repeated(DoorBench.RunAsync),
        ["page"] = Repeated(PageBench.RunAsync),
        ["bytes"] = Repeated(BytesBench.RunAsync),
        ["corpus"] = Repeated(CorpusBench.RunAsync),
        ["memory"] = Repeated(MemoryBench.RunAsync),
        ["download"] = DownloadBench.RunAsync,
    };

    private static readonly Argument<string> Name = new("name") { Description = $"{string.Join(", ", Benches.Keys)} or all." };

    private static readonly Option<int> Repeat = Number(
        "--repeat", 1000, "Repetitions of everything that is measured more than once, 1 to 1000; 0 leaves each bench its own number.");

    private static readonly Option<int> Megabytes = Number(
        "--megabytes", 65_536, "Size of the file of download, 1 to 65536 MiB; 0 leaves it at 1024.");

    /// <returns>0: measured; 1: a bench failed; 2: wrong usage; 130: interrupted.</returns>
    public static async Task<int> InvokeAsync(string[] args)
    {
        var command = new RootCommand("Measures EventTorrent against independent seeders on loopback. Ratios of one run count; times depend on the machine's load.")
        {
            Name,
            Repeat,
            Megabytes,
        };
        Name.AcceptOnlyFromAmong([.. Benches.Keys, "all"]);
        command.SetAction(RunAsync);
        var parsed = command.Parse(args);
        foreach (var error in parsed.Errors)
        {
            await Console.Error.WriteLineAsync($"error: {error.Message}");
        }

        return parsed.Errors.Count > 0 ? 2 : await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = StopDeadline });
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var name = parsed.GetRequiredValue(Name);
        try
        {
            foreach (var (bench, run) in Benches.Where(bench => name == "all" || name == bench.Key))
            {
                using var report = Report.Create(bench);
                await run(report, new Amount(parsed.GetValue(Repeat), parsed.GetValue(Megabytes)), cancellationToken);
            }

            return 0;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync("Interrupted.");
            return 130;
        }
        catch (Exception failure) when (failure is InvalidOperationException or TorrentException or MediaException or TimeoutException or HttpRequestException or IOException)
        {
            await Console.Error.WriteLineAsync($"error: {failure.Message}");
            return 1;
        }
    }

    private static Func<Report, Amount, CancellationToken, Task> Repeated(Func<Report, int, CancellationToken, Task> run) =>
        (report, amount, cancellationToken) => run(report, amount.Repetitions, cancellationToken);

    private static Option<int> Number(string name, int most, string description) => new(name)
    {
        Description = description,
        CustomParser = result =>
        {
            if (int.TryParse(result.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= most)
            {
                return number;
            }

            result.AddError($"{name} must be a number from 0 to {most}.");
            return 0;
        },
    };
}
