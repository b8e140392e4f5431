using EventTorrent.Contracts;
using EventTorrent.Storage;
using EventTorrent.Storage.Model;
using MassTransit;

namespace EventTorrent.Sagas;

/// <summary>Keeps the register of workers.</summary>
public sealed class WorkerAliveConsumer(TorrentDb db, TimeProvider time) : IConsumer<WorkerAlive>
{
    public async Task Consume(ConsumeContext<WorkerAlive> context)
    {
        var alive = context.Message;
        if (await db.Workers.FindAsync([alive.Worker], context.CancellationToken) is not { } row)
        {
            db.Workers.Add(row = new WorkerRecord { Worker = alive.Worker });
        }

        row.Host = alive.Host;
        row.Kind = alive.Kind;
        row.Volume = alive.Volume;
        row.Slots = alive.Slots;
        row.Busy = alive.Busy;
        row.FreeBytes = alive.FreeBytes;
        row.Version = alive.Version;
        row.StartedAt = alive.StartedAt;
        row.SeenAt = time.GetUtcNow();
        await db.SaveChangesAsync(context.CancellationToken);
    }
}
