using EventTorrent.TestKit;
using EventTorrent.Workers.Download;

namespace EventTorrent.Download.Tests;

/// <summary>Attempts at one film on one volume, each by a worker that is new; gone on dispose.</summary>
internal sealed class Attempts : IAsyncDisposable
{
    private readonly TempDirectory _volume = new();

    public string Volume => _volume.FullPath;

    /// <summary>An attempt in a swarm that has only so many of the film's first bytes, until all of them are there.</summary>
    /// <returns>Its checkpoint.</returns>
    public async Task<byte[]> BeginAsync(Content content, int bytes)
    {
        await using var seed = new ScriptedPeer(content.Torrent, new PeerBehaviour { Has = piece => piece < bytes / Content.PieceLengthBytes });
        await using var worker = Worker.Start(Volume);
        return await worker.RunUntilAsync(content.Torrent, bytes, seed.Endpoint);
    }

    /// <summary>An attempt that ends with the whole film.</summary>
    public async Task CompleteAsync(Content content, ScriptedPeer seed, byte[]? checkpoint)
    {
        await using var worker = Worker.Start(Volume);
        Assert.IsType<DownloadOutcome.Completed>(await worker.RunAsync(content.Torrent, [seed.Endpoint], resumeData: checkpoint));
        await content.AssertSameAsync(worker.PathOf(content.Torrent, "0.mkv"), 0, TestContext.Current.CancellationToken);
    }

    public ValueTask DisposeAsync() => _volume.DisposeAsync();
}
