using EventTorrent.Api.Pictures;
using EventTorrent.Api.Status;
using EventTorrent.Contracts;
using EventTorrent.Hosting;
using MassTransit;

namespace EventTorrent.Api;

/// <summary>What the door consumes: pictures to keep, and what its pages should know.</summary>
public sealed class ApiBus : IBusModule
{
    private const int StoreConcurrency = 4;

    public void Register(IBusRegistrationConfigurator bus)
    {
        bus.AddConsumer<StoreScreenshotConsumer>();
        bus.AddConsumer<PurgeDataConsumer>();
        bus.AddConsumer<TaskChangedConsumer>();
        bus.AddConsumer<TaskDeletedConsumer>();
    }

    public void Configure(IBusRegistrationContext context, IBusFactoryConfigurator bus)
    {
        bus.SharedEndpoint(context, Queues.ScreenshotStore, StoreConcurrency, endpoint =>
        {
            endpoint.UsePatientRetry(retry => retry.Ignore<RefusedPictureException>());
            endpoint.ConfigureConsumer<StoreScreenshotConsumer>(context);
            endpoint.ConfigureConsumer<PurgeDataConsumer>(context);
        });
        bus.InstanceEndpoint(context, "api.status", endpoint =>
        {
            endpoint.ConfigureConsumer<TaskChangedConsumer>(context);
            endpoint.ConfigureConsumer<TaskDeletedConsumer>(context);
        });
    }
}
