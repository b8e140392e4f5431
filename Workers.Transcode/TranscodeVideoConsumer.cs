using EventTorrent.Contracts;
using EventTorrent.Hosting.Leases;
using MassTransit;
using Microsoft.Extensions.Options;

namespace EventTorrent.Workers.Transcode;

/// <summary>Has a video, or a part of one, made into a stream, under the lease of the command.</summary>
public sealed class TranscodeVideoConsumer(TranscodeJob job, LeaseRunner runner, IOptions<TranscodeWorkerOptions> options) : IConsumer<TranscodeVideo>
{
    public Task Consume(ConsumeContext<TranscodeVideo> context)
    {
        var view = new TranscodeView();
        return runner.RunAsync(
            new BusReports(context, context.Message, view),
            new LeasePace(options.Value.Slice, options.Value.ProgressInterval),
            (sliceEnd, stop) => job.RunAsync(TranscodeRequest.Of(context.Message, sliceEnd), view, stop));
    }
}
