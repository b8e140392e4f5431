using EventTorrent.Contracts;
using EventTorrent.Hosting;
using MassTransit;

namespace EventTorrent.NoOpWorker;

/// <summary>
/// Says what a screenshot worker says of a torrent with one video of which one picture is wanted, and what the screenshot
/// store says when that picture is in its place: the least with which a task comes to Completed.
/// </summary>
internal sealed class NoOpConsumer(WorkerIdentity identity) : IConsumer<TakeScreenshots>
{
    public async Task Consume(ConsumeContext<TakeScreenshots> context)
    {
        const string Step = nameof(Contracts.Step.Screenshots);
        var (command, token) = (context.Message, context.CancellationToken);
        await context.Publish(
            new StepStarted(command.TaskId, command.Infohash, Step, command.Item, command.Lease, identity.Name, Volume: null), token);

        // The work would be here. Its results do not depend on each other: one wait for all of them.
        await Task.WhenAll(
            context.Publish(
                new MetadataFetched(
                    command.TaskId, command.Infohash, Step, command.Item, command.Lease, command.Infohash, InfohashV2: null, "A film",
                    Found.VideoBytes, Found.PieceLengthBytes, IsPrivate: false, FileCount: 1,
                    [new TorrentFile(0, Found.Path, Found.VideoBytes)], Found.Info, [Found.Peer]),
                token),
            context.Publish(
                new ScreenshotStored(
                    command.TaskId, command.Infohash, command.Item, command.Lease, FileIndex: 0, Index: 0,
                    Found.At, Found.At, Width: 640, Height: 360, Verified: false, LengthBytes: 20_000),
                token),
            context.Publish(
                new StepCompleted(
                    command.TaskId, command.Infohash, Step, command.Item, command.Lease, FileIndex: 0, Promised: [0],
                    Found.Container, Found.Codec, Found.Duration, Found.NeededBytes, Found.FetchedBytes, Rounds: 3, [Found.Peer], Map: null, Streams: null),
                token));
    }
}
