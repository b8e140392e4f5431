using System.Threading.Channels;
using EventTorrent.Contracts;
using EventTorrent.Hosting;
using MassTransit;

namespace EventTorrent.Sagas.Tests;

/// <summary>Takes what workers would take.</summary>
internal sealed class Inbox : IBusModule
{
    public const string Volume = "v1";

    public Channel<TakeScreenshots> Commands { get; } = Channel.CreateUnbounded<TakeScreenshots>();

    /// <summary>For the workers of any volume and those of <see cref="Volume"/>.</summary>
    public Channel<DownloadTorrent> Downloads { get; } = Channel.CreateUnbounded<DownloadTorrent>();

    public Channel<TranscodeVideo> Transcodes { get; } = Channel.CreateUnbounded<TranscodeVideo>();

    public Channel<PurgeData> Purges { get; } = Channel.CreateUnbounded<PurgeData>();

    public Channel<StopWork> Stops { get; } = Channel.CreateUnbounded<StopWork>();

    public void Register(IBusRegistrationConfigurator bus)
    {
    }

    public void Configure(IBusRegistrationContext context, IBusFactoryConfigurator bus)
    {
        bus.SharedEndpoint(context, Queues.ScreenshotWork, 4, endpoint => endpoint.Handler<TakeScreenshots>(c => Commands.Writer.WriteAsync(c.Message).AsTask()));
        foreach (var queue in new[] { Queues.DownloadWork, Queues.DownloadOn(Volume) })
        {
            bus.SharedEndpoint(context, queue, 4, endpoint => endpoint.Handler<DownloadTorrent>(c => Downloads.Writer.WriteAsync(c.Message).AsTask()));
        }

        bus.SharedEndpoint(
            context, Queues.TranscodeOn(Volume), 4, endpoint => endpoint.Handler<TranscodeVideo>(c => Transcodes.Writer.WriteAsync(c.Message).AsTask()));
        bus.SharedEndpoint(context, Queues.PurgeOn(Volume), 4, endpoint => endpoint.Handler<PurgeData>(c => Purges.Writer.WriteAsync(c.Message).AsTask()));
        bus.InstanceEndpoint(context, "test.stop", endpoint => endpoint.Handler<StopWork>(c => Stops.Writer.WriteAsync(c.Message).AsTask()));
    }
}
