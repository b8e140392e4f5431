using System.Diagnostics;
using EventTorrent.TestKit;
using EventTorrent.Torrents;
using Microsoft.Extensions.Logging.Abstractions;

namespace EventTorrent.Benchmarks;

/// <summary>
/// Ten scattered ranges of 200 KB, by single blocks beside whole pieces in one run: (1) from one libtorrent seeder with
/// free slots; (2) from five seeders of different speeds, one of which falls asleep.
/// </summary>
internal static class SwarmBench
{
    private const int ContentBytes = 256 * 1024 * 1024;
    private const int PieceLengthBytes = 4 * 1024 * 1024;
    private const int Ranges = 10;
    private const int RangeBytes = 200_000;
    private const int OneSeederRepetitions = 15;
    private const int FiveSeedersRepetitions = 5;
    private const int AsleepRate = 1_000_000;
    private static readonly int[] Rates = [50_000, 200_000, 500_000, AsleepRate, 2_000_000];
    private static readonly VerificationPolicy[] Policies = [VerificationPolicy.Blocks, VerificationPolicy.Pieces];
    private static readonly TimeSpan MetadataDeadline = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan FetchDeadline = TimeSpan.FromMinutes(3);

    public static async Task RunAsync(Report report, int repetitions, CancellationToken cancellationToken)
    {
        var content = await BenchCache.GetAsync("swarm-256MiB.bin", path => WriteContentAsync(path, cancellationToken));
        var torrent = await new TorrentBuilder { PieceLengthBytes = PieceLengthBytes }.BuildAsync(content, cancellationToken);
        await MeasureOneSeederAsync(report, torrent, repetitions > 0 ? repetitions : OneSeederRepetitions, cancellationToken);
        await MeasureFiveSeedersAsync(report, torrent, repetitions > 0 ? repetitions : FiveSeedersRepetitions, cancellationToken);
    }

    private static async Task MeasureOneSeederAsync(Report report, TestTorrent torrent, int repetitions, CancellationToken cancellationToken)
    {
        await using var seeder = await QBittorrentSeeder.StartAsync(torrent, cancellationToken);
        var fetches = new List<Fetch>();
        for (var repetition = 0; repetition < repetitions; repetition++)
        {
            foreach (var policy in Policies)
            {
                fetches.Add(await FetchAsync(
                    torrent, [seeder.Endpoint.ToString()], policy, peers: 1, firstBlockArrived: () => { }, cancellationToken));
            }
        }

        report.Line();
        report.Line($"One qBittorrent seeder with free slots, n={repetitions} each: {Ranges} ranges of {RangeBytes:N0} bytes, pieces of 4 MiB. Milliseconds: median (min-max)");
        report.Table(
            ["mode", "add to metadata", "metadata to all ranges", "payload", "asked x"],
            fetches.GroupBy(fetch => fetch.Policy).Select(mode => (string[])
            [
                mode.Key.ToString(),
                Spread.Of(mode.Select(fetch => fetch.Metadata.TotalMilliseconds)).ToString("0"),
                Spread.Of(mode.Select(fetch => fetch.Ranges.TotalMilliseconds)).ToString("0"),
                Spread.Of(mode.Select(fetch => (double)fetch.PayloadBytes)).ToString("N0"),
                Text($"{mode.Average(fetch => (double)fetch.PayloadBytes) / (Ranges * RangeBytes):0.00}"),
            ]));
        report.Figure("one seeder, time by blocks, to that by whole pieces", Of(VerificationPolicy.Blocks) / Of(VerificationPolicy.Pieces), "0.00");

        double Of(VerificationPolicy policy) => Spread.Of(fetches.Where(fetch => fetch.Policy == policy).Select(fetch => fetch.Ranges.TotalSeconds)).Median;
    }

    private static async Task MeasureFiveSeedersAsync(Report report, TestTorrent torrent, int repetitions, CancellationToken cancellationToken)
    {
        var fetches = new List<Fetch>();
        for (var repetition = 0; repetition < repetitions; repetition++)
        {
            foreach (var policy in Policies)
            {
                fetches.Add(await FetchFromFiveAsync(torrent, policy, cancellationToken));
            }
        }

        var live = Rates.Where(rate => rate != AsleepRate).Sum();
        report.Line($"Five aria2 seeders at {string.Join(", ", Rates.Select(rate => Text($"{rate / 1000}")))} kB/s; the one at {AsleepRate / 1000} is stopped (SIGSTOP) when the first block has arrived; n={repetitions} each. Ideal: needed bytes / {live / 1000} kB/s");
        report.Table(
            ["mode", "seconds", "ideal s", "payload", "needed", "duplicates %"],
            fetches.GroupBy(fetch => fetch.Policy).Select(mode => (string[])
            [
                mode.Key.ToString(),
                Spread.Of(mode.Select(fetch => fetch.Ranges.TotalSeconds)).ToString("0.0"),
                Text($"{(double)NeededUnits(torrent, mode.Key) / live:0.0}"),
                Spread.Of(mode.Select(fetch => (double)fetch.PayloadBytes)).ToString("N0"),
                Text($"{NeededUnits(torrent, mode.Key):N0}"),
                Spread.Of(mode.Select(fetch => 100.0 * (fetch.PayloadBytes - NeededUnits(torrent, mode.Key)) / NeededUnits(torrent, mode.Key))).ToString("0.0"),
            ]));
        var blocks = fetches.FindAll(fetch => fetch.Policy == VerificationPolicy.Blocks);
        report.Figure("five seeders, one asleep: time by blocks, to the ideal", Spread.Of(blocks.Select(fetch => fetch.Ranges.TotalSeconds)).Median * live / NeededUnits(torrent, VerificationPolicy.Blocks), "0.0");
    }

    /// <summary>New seeders for every run, so that none carries over a queue, a limit's credit or a grudge.</summary>
    private static async Task<Fetch> FetchFromFiveAsync(TestTorrent torrent, VerificationPolicy policy, CancellationToken cancellationToken)
    {
        var seeders = new List<AriaSeeder>();
        try
        {
            foreach (var rate in Rates)
            {
                seeders.Add(await AriaSeeder.StartAsync(torrent, cancellationToken, new SeederOptions { UploadBytesPerSecond = rate }));
            }

            return await FetchAsync(
                torrent,
                [.. seeders.Select(seeder => seeder.Endpoint.ToString())],
                policy,
                Rates.Length,
                seeders[Array.IndexOf(Rates, AsleepRate)].Suspend,
                cancellationToken);
        }
        finally
        {
            foreach (var seeder in seeders)
            {
                await seeder.DisposeAsync();
            }
        }
    }

    private static async Task<Fetch> FetchAsync(
        TestTorrent torrent, string[] endpoints, VerificationPolicy policy, int peers, Action firstBlockArrived, CancellationToken cancellationToken)
    {
        await using var engine = new TorrentEngine(
            new TorrentEngineOptions { ListenInterfaces = $"{LoopbackAddress.Next()}:0", Dht = false, PeerExchange = false, AllowPrivateNetworks = true },
            NullLogger<TorrentEngine>.Instance);
        var clock = Stopwatch.StartNew();
        await using var swarm = await engine.AddAsync(new TorrentSource.Magnet(torrent.Magnet()), new AddTorrentOptions { Peers = endpoints }, cancellationToken);
        await swarm.GetMetadataAsync(MetadataDeadline, cancellationToken);
        var metadata = clock.Elapsed;
        await Poll.UntilAsync("all peers are connected", () => swarm.Progress.Peers == peers, MetadataDeadline, cancellationToken);
        var fetch = TimeAsync(() => swarm.FetchAsync(ScatteredRanges(torrent), policy, cancellationToken));
        await Poll.UntilAsync("the first block arrived", () => swarm.Progress.PayloadBytes > 0 || fetch.IsCompleted, FetchDeadline, cancellationToken);
        firstBlockArrived();
        var ranges = await fetch.WaitAsync(FetchDeadline, cancellationToken);
        await CompareAsync(torrent, swarm, cancellationToken);
        return new Fetch(policy, metadata, ranges, swarm.Progress.PayloadBytes);
    }

    private static async Task<TimeSpan> TimeAsync(Func<Task> action)
    {
        var clock = Stopwatch.StartNew();
        await action();
        return clock.Elapsed;
    }

    private static async Task CompareAsync(TestTorrent torrent, ITorrent swarm, CancellationToken cancellationToken)
    {
        var bytes = new byte[RangeBytes];
        foreach (var range in ScatteredRanges(torrent))
        {
            await swarm.ReadAsync(range.Offset, bytes, cancellationToken);
            var expected = await torrent.ReadAsync(range.Offset, RangeBytes, cancellationToken);
            if (!expected.AsSpan().SequenceEqual(bytes))
            {
                throw new InvalidOperationException(Text($"The bytes at {range.Offset} are not those that were seeded."));
            }
        }
    }

    /// <summary>Evenly over the content, each inside one piece, none at a block's border.</summary>
    private static ByteRange[] ScatteredRanges(TestTorrent torrent) =>
        [.. Enumerable.Range(0, Ranges).Select(number => new ByteRange(((long)torrent.PieceCount * number / Ranges * PieceLengthBytes) + 1_234_567, RangeBytes))];

    private static long NeededUnits(TestTorrent torrent, VerificationPolicy policy) => NeededBytes.Of(
        ScatteredRanges(torrent).Select(range => new NeededBytes.ByteSpan(range.Offset, range.Length)),
        policy == VerificationPolicy.Pieces ? PieceLengthBytes : TorrentLimits.BlockBytes,
        torrent.TotalBytes);

    private static async Task WriteContentAsync(string path, CancellationToken cancellationToken)
    {
        var random = new Random(ContentBytes);
        var part = new byte[1 << 20];
        await using var file = File.Create(path);
        for (var written = 0; written < ContentBytes; written += part.Length)
        {
            random.NextBytes(part);
            await file.WriteAsync(part, cancellationToken);
        }
    }

    private static string Text(FormattableString text) => FormattableString.Invariant(text);

    private sealed record Fetch(VerificationPolicy Policy, TimeSpan Metadata, TimeSpan Ranges, long PayloadBytes);
}
