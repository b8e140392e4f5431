using EventTorrent.Contracts;
using MassTransit;

namespace EventTorrent.Workers.Download;

/// <summary>Ends what a torrent does without a command, between two slices or after its end, when its lease was taken away.</summary>
public sealed class DropKeptConsumer(KeptDownloads kept) : IConsumer<StopWork>
{
    public Task Consume(ConsumeContext<StopWork> context) =>
        context.Message.Step is null or nameof(Step.Download) ? kept.DropAsync(context.Message.TaskId, context.Message.Lease) : Task.CompletedTask;
}
