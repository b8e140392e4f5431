using EventTorrent.Contracts;
using EventTorrent.Hosting;
using MassTransit;
using Microsoft.Extensions.Options;

namespace EventTorrent.Workers.Download;

/// <summary>The work queues of download workers: that of any volume, that of their own, what is to be removed there, and the broadcasts that end work and drain.</summary>
public sealed class DownloadBus : IBusModule
{
    /// <summary>Most of their time they wait.</summary>
    private const int ConcurrentPurges = 16;

    public void Register(IBusRegistrationConfigurator bus)
    {
        bus.AddConsumer<DownloadTorrentConsumer>();
        bus.AddConsumer<PurgeDataConsumer>();
        bus.AddConsumer<StopWorkConsumer>();
        bus.AddConsumer<DrainWorkerConsumer>();
        bus.AddConsumer<DropKeptConsumer>();
    }

    public void Configure(IBusRegistrationContext context, IBusFactoryConfigurator bus)
    {
        var slots = context.GetRequiredService<IOptions<DownloadWorkerOptions>>().Value.Slots;
        var volume = context.GetRequiredService<Volume>().Name;
        foreach (var queue in new[] { Queues.DownloadOn(volume), Queues.DownloadWork })
        {
            bus.SharedEndpoint(context, queue, slots, endpoint =>
            {
                endpoint.ConfigureConsumeTopology = false;
                endpoint.ConfigureConsumer<DownloadTorrentConsumer>(context);
            });
        }

        bus.SharedEndpoint(context, Queues.PurgeOn(volume), ConcurrentPurges, endpoint =>
        {
            endpoint.UsePatientRetry();
            endpoint.ConfigureConsumer<PurgeDataConsumer>(context);
        });
        bus.InstanceEndpoint(context, "worker.stop-download", endpoint =>
        {
            endpoint.ConfigureConsumer<StopWorkConsumer>(context);
            endpoint.ConfigureConsumer<DrainWorkerConsumer>(context);
            endpoint.ConfigureConsumer<DropKeptConsumer>(context);
        });
    }
}
