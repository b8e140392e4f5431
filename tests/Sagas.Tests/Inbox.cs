using System.Threading.Channels;
using EventTorrent.Contracts;
using EventTorrent.Hosting;
using MassTransit;

namespace EventTorrent.Sagas.Tests;

/// <summary>Takes what workers would take.</summary>
internal sealed class Inbox : IBusModule
{
    public Channel<TakeScreenshots> Commands { get; } = Channel.CreateUnbounded<TakeScreenshots>();

    public Channel<StopWork> Stops { get; } = Channel.CreateUnbounded<StopWork>();

    public void Register(IBusRegistrationConfigurator bus)
    {
    }

    public void Configure(IBusRegistrationContext context, IBusFactoryConfigurator bus)
    {
        bus.SharedEndpoint(context, Queues.ScreenshotWork, 4, endpoint => endpoint.Handler<TakeScreenshots>(c => Commands.Writer.WriteAsync(c.Message).AsTask()));
        bus.InstanceEndpoint(context, "test.stop", endpoint => endpoint.Handler<StopWork>(c => Stops.Writer.WriteAsync(c.Message).AsTask()));
    }
}
