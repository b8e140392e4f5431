using EventTorrent.Contracts;
using EventTorrent.TestKit;
using EventTorrent.Workers.Download;

namespace EventTorrent.Download.Tests;

/// <summary>Nothing arrives: why is said by name.</summary>
public sealed class Stalling : IAsyncDisposable
{
    private readonly TempDirectory _volume = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _volume.DisposeAsync();

    [Theory]
    [InlineData("no peer", FailureKind.NoPeers, "No peer is known.")]
    [InlineData("nobody listens", FailureKind.NoPeers, "can be reached")]
    [InlineData("no metadata", FailureKind.MetadataTimeout, "No metadata")]
    [InlineData("no piece", FailureKind.PieceTimeout, "No piece")]
    [InlineData("no byte", FailureKind.PieceTimeout, "No byte")]
    public async Task Ends_by_the_name_of_its_cause(string what, FailureKind kind, string words)
    {
        await using var content = await Content.FilmAsync(512 * 1024, Cancellation);
        await using var peer = new ScriptedPeer(content.Torrent, what switch
        {
            "no metadata" => new PeerBehaviour { NoMetadata = true },
            "no piece" => new PeerBehaviour { Has = piece => piece < 4 },
            _ => new PeerBehaviour { StallsAfterBlocks = 3 },
        });
        // Where somebody is to be met first, there is time for it on any machine.
        var patience = kind == FailureKind.NoPeers ? "00:00:04" : "00:00:12";
        await using var worker = Worker.Start(_volume.FullPath, ("Downloads:StallTimeout", patience), ("Downloads:MetadataTimeout", patience));
        using var recorder = new Recorder();

        var outcome = await worker.RunAsync(
            content.Torrent,
            what switch { "no peer" => [], "nobody listens" => [LoopbackAddress.NextEndpoint()], _ => [peer.Endpoint] },
            recorder,
            metadataIsKnown: what != "no metadata");

        var failed = Assert.IsType<DownloadOutcome.Failed>(outcome);
        Assert.Equal(kind, failed.Kind);
        Assert.Contains(words, failed.Message, StringComparison.Ordinal);
        Assert.Contains(recorder.Stalls, stall => stall.Contains(words, StringComparison.Ordinal));
    }
}
