using System.Globalization;
using EventTorrent.TestKit;

namespace EventTorrent.Benchmarks.Download;

/// <summary>The download worker, in a process of its own.</summary>
internal static class OurClient
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private static string Program => Path.Combine(RepositoryPaths.Root, "benchmarks", "Downloader", "bin", "Release", "net10.0", "EventTorrent.Downloader.dll");

    public static async Task<Run> DownloadAsync(Swarm swarm, string directory, CancellationToken cancellationToken)
    {
        await using var home = new TempDirectory();
        await using var client = await ToolProcess.StartAsync(
            "dotnet",
            [
                Program,
                "--torrent", await swarm.Torrent.SaveAsync(home["a.torrent"], cancellationToken), "--infohash", swarm.Torrent.Infohash,
                "--peers", string.Join(',', swarm.Seeders),
                "--Volume:Directory", directory, "--Torrents:ListenInterfaces", $"{LoopbackAddress.Next()}:0", "--Torrents:Dht", "false", "--Torrents:AllowPrivateNetworks", "true",
            ],
            home.FullPath);
        await LineAsync(client, "adds", cancellationToken);
        var before = Cost.Of(client.Pid);
        var first = await LineAsync(client, "first", cancellationToken);
        var complete = await LineAsync(client, "complete", cancellationToken);
        return new Run(first, complete, Cost.Of(client.Pid).Since(before));
    }

    private static async Task<TimeSpan> LineAsync(ToolProcess client, string what, CancellationToken cancellationToken)
    {
        var line = await client.WaitForLineAsync(
            line => line.StartsWith($"bench: {what} ", StringComparison.Ordinal) || line.StartsWith("bench: failed", StringComparison.Ordinal), Patience, cancellationToken);
        return line.Split(' ') is [_, var word, var milliseconds] && word == what
            ? TimeSpan.FromMilliseconds(double.Parse(milliseconds, CultureInfo.InvariantCulture))
            : throw new InvalidOperationException(line);
    }
}
