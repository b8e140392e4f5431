using System.CommandLine;
using System.Globalization;
using EventTorrent.Benchmarks.Bus;
using EventTorrent.Benchmarks.Bytes;
using EventTorrent.Benchmarks.Corpus;
using EventTorrent.Benchmarks.Hls;
using EventTorrent.Benchmarks.Memory;
using EventTorrent.Media;
using EventTorrent.Torrents;

namespace EventTorrent.Benchmarks;

/// <summary>The command line of the benchmarks.</summary>
internal static class BenchCommand
{
    private static readonly TimeSpan StopDeadline = TimeSpan.FromSeconds(10);

    private static readonly Dictionary<string, Func<Report, int, CancellationToken, Task>> Benches = new()
    {
        ["shots"] = ShotsBench.RunAsync,
        ["swarm"] = SwarmBench.RunAsync,
        ["jail"] = JailBench.RunAsync,
        ["hls"] = HlsBench.RunAsync,
        ["hls-corpus"] = HlsCorpusBench.RunAsync,
        ["bus"] = BusBench.RunAsync,
        ["backlog"] = BacklogBench.RunAsync,
        ["bytes"] = BytesBench.RunAsync,
        ["corpus"] = CorpusBench.RunAsync,
        ["memory"] = MemoryBench.RunAsync,
    };

    private static readonly Argument<string> Name = new("name") { Description = $"{string.Join(", ", Benches.Keys)} or all." };

    private static readonly Option<int> Repeat = new("--repeat")
    {
        Description = "Repetitions of everything that is measured more than once, 1 to 1000; 0 leaves each bench its own number.",
        CustomParser = result =>
        {
            if (int.TryParse(result.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= 1000)
            {
                return number;
            }

            result.AddError("--repeat must be a number from 0 to 1000.");
            return 0;
        },
    };

    /// <returns>0: measured; 1: a bench failed; 2: wrong usage; 130: interrupted.</returns>
    public static async Task<int> InvokeAsync(string[] args)
    {
        var command = new RootCommand("Measures EventTorrent against independent seeders on loopback. Ratios of one run count; times depend on the machine's load.")
        {
            Name,
            Repeat,
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
                await run(report, parsed.GetValue(Repeat), cancellationToken);
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
}
