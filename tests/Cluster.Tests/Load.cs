using EventTorrent.TestKit;

namespace EventTorrent.Cluster.Tests;

/// <summary>Submissions of small torrents, and the wait for their end.</summary>
internal sealed class Load(LocalCluster cluster, LocalSwarm swarm)
{
    public const int Shots = 2;
    private const int AtOnce = 8;

    /// <summary>Submits new torrents, as fast as the door takes them.</summary>
    public async Task<IReadOnlyList<TestTorrent>> SubmitAsync(int count, CancellationToken cancellationToken)
    {
        var torrents = await swarm.AddSmallTorrentsAsync(count, cancellationToken);
        await Parallel.ForEachAsync(
            torrents,
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken },
            async (torrent, token) => await cluster.Door.SubmitAsync(swarm.Magnet(torrent), Shots, token));
        return torrents;
    }

    /// <summary>Submits one more, which is to become a stream.</summary>
    public async Task<TestTorrent> SubmitForStreamAsync(CancellationToken cancellationToken)
    {
        var torrent = (await swarm.AddSmallTorrentsAsync(1, cancellationToken))[0];
        await cluster.Door.SubmitForStreamAsync(swarm.Magnet(torrent), cancellationToken);
        return torrent;
    }

    /// <summary>Tasks that have not ended.</summary>
    public async Task<int> CountOpenAsync(CancellationToken cancellationToken) =>
        (await cluster.Database.CountTasksAsync(cancellationToken)).Where(state => state.Key is not ("Completed" or "Playable" or "Failed")).Sum(state => state.Value);

    /// <summary>Waits until no task is under way.</summary>
    public Task WaitForEndAsync(TimeSpan deadline, CancellationToken cancellationToken)
    {
        var last = "";
        return Poll.UntilAsync(
            "every task has ended",
            async token =>
            {
                var counts = await cluster.Database.CountTasksAsync(token);
                last = string.Join(", ", counts.Select(state => $"{state.Value} {state.Key}"));
                return counts.Keys.All(state => state is "Completed" or "Playable" or "Failed");
            },
            deadline,
            cancellationToken,
            () => last);
    }
}
