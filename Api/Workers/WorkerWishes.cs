using EventTorrent.Contracts;
using EventTorrent.Hosting;
using EventTorrent.Storage;

namespace EventTorrent.Api.Workers;

/// <summary>What a person wants of a worker: the row first, then the word. A lost word is said again by the saga host, at the worker's next beat.</summary>
internal sealed partial class WorkerWishes(WorkerRegister register, BoundedPublisher publisher, ILogger<WorkerWishes> logger)
{
    public async Task DrainAsync(string name, bool drains, CancellationToken cancellationToken)
    {
        if (await register.AskToDrainAsync(name, drains, cancellationToken))
        {
            LogDrain(name, drains);
            await publisher.TryPublishAsync(new DrainWorker(name, drains), cancellationToken);
        }
    }

    [LoggerMessage(7260, LogLevel.Information, "Worker {Name} is to be drained: {Drains}")]
    private partial void LogDrain(string name, bool drains);
}
