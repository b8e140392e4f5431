using EventTorrent.TestKit;

namespace EventTorrent.Benchmarks.Download;

/// <summary>One client and how its downloads went.</summary>
internal sealed record Side(string Name, long Bytes, Func<Swarm, string, CancellationToken, Task<Run>> Download)
{
    public List<Run> Runs { get; } = [];

    /// <summary>One download into a directory of its own, compared byte for byte and removed.</summary>
    public async Task RunAsync(Swarm swarm, CancellationToken cancellationToken)
    {
        await using var directory = new TempDirectory();
        var run = await Download(swarm, directory.FullPath, cancellationToken);
        var arrived = Directory.EnumerateFiles(directory.FullPath, "*.mkv", SearchOption.AllDirectories).Single();
        await ToolProcess.RunAsync("cmp", [swarm.Torrent.Files[0].FullPath, arrived], TimeSpan.FromMinutes(2), cancellationToken);
        Runs.Add(run with { Bytes = Bytes });
    }
}
