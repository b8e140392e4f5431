using EventTorrent.Contracts;
using EventTorrent.Hosting;
using EventTorrent.Storage;
using EventTorrent.Storage.Model;
using MassTransit;
using MassTransit.Configuration;
using MassTransit.Saga;
using Microsoft.Extensions.Options;

namespace EventTorrent.Sagas;

/// <summary>The saga's endpoint and the register of workers.</summary>
public sealed class SagaBus : IBusModule
{
    public void Register(IBusRegistrationConfigurator bus)
    {
        bus.AddSagaStateMachine<TorrentTaskMachine, TorrentTask>().Repository(repository =>
            repository.RegisterSagaRepository<TorrentTask, TorrentDb, SagaConsumeContextFactory<TorrentDb, TorrentTask>, TaskSagaRepository>());
        bus.AddConsumer<WorkerAliveConsumer>();
        bus.AddConsumer<WorkAddedConsumer>();
        bus.AddConsumer<VolumeListedConsumer>();
    }

    public void Configure(IBusRegistrationContext context, IBusFactoryConfigurator bus)
    {
        var options = context.GetRequiredService<IOptions<SagaOptions>>().Value;
        bus.SharedEndpoint(context, Queues.Saga, options.Concurrency, ConfigureSaga);
        bus.SharedEndpoint(context, Queues.SagaAside, HeldTasks.Concurrency, endpoint =>
        {
            // Only what was put aside comes here; what is published goes to the saga's own queue.
            endpoint.ConfigureConsumeTopology = false;
            ConfigureSaga(endpoint);
        });
        bus.SharedEndpoint(context, Queues.Dispatcher, concurrency: 1, endpoint =>
        {
            endpoint.UsePatientRetry();
            endpoint.ConfigureConsumer<WorkerAliveConsumer>(context);
            endpoint.ConfigureConsumer<WorkAddedConsumer>(context);
            endpoint.ConfigureConsumer<VolumeListedConsumer>(context);
        });

        void ConfigureSaga(IReceiveEndpointConfigurator endpoint)
        {
            endpoint.UsePatientRetry();
            endpoint.UseInMemoryOutbox(context);
            endpoint.ConfigureSaga<TorrentTask>(context);
        }
    }
}
