using System.Diagnostics;
using EventTorrent.TestKit;

namespace EventTorrent.Benchmarks.Download;

/// <summary>The clients of others, as they come, but with TCP and loopback only.</summary>
internal static class OtherClients
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    public static async Task<Run> AriaAsync(Swarm swarm, string directory, CancellationToken cancellationToken)
    {
        await using var tracker = swarm.Announce();
        var clock = Stopwatch.StartNew();
        // It gets its torrent with its start, which takes it some milliseconds.
        await using var client = await AriaSeeder.StartDownloadAsync(swarm.Torrent.WithTrackers(tracker.Url), directory, cancellationToken);
        return await WatchAsync(client, new Cost(0, 0, 0), clock, cancellationToken);
    }

    public static async Task<Run> QBittorrentAsync(Swarm swarm, string directory, CancellationToken cancellationToken)
    {
        await using var tracker = swarm.Announce();
        await using var client = await QBittorrentSeeder.StartEmptyAsync(cancellationToken);
        var before = Cost.Of(client.Pid);
        var clock = Stopwatch.StartNew();
        await client.AddAsync(swarm.Torrent.WithTrackers(tracker.Url), directory, skipChecking: false, cancellationToken);
        return await WatchAsync(client, before, clock, cancellationToken);
    }

    public static async Task<Run> TransmissionAsync(Swarm swarm, string directory, CancellationToken cancellationToken)
    {
        await using var client = await TransmissionSeeder.StartEmptyAsync(cancellationToken);
        var before = Cost.Of(client.Pid);
        var clock = Stopwatch.StartNew();
        await client.AddAsync(swarm.Torrent, directory, cancellationToken);
        await swarm.DialAsync(client.Endpoint, cancellationToken);
        return await WatchAsync(client, before, clock, cancellationToken);
    }

    private static async Task<Run> WatchAsync(Seeder client, Cost before, Stopwatch clock, CancellationToken cancellationToken)
    {
        TimeSpan? first = null;
        while (clock.Elapsed < Patience)
        {
            var transfer = await client.GetTransferAsync(cancellationToken);
            first ??= transfer.DoneBytes > 0 ? clock.Elapsed : null;
            if (transfer.IsComplete)
            {
                return new Run(first ?? clock.Elapsed, clock.Elapsed, Cost.Of(client.Pid).Since(before));
            }

            await Task.Delay(Look, cancellationToken);
        }

        throw new TimeoutException($"No end after {Patience}: {client.Log}");
    }
}
