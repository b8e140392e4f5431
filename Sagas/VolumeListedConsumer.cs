using EventTorrent.Contracts;
using EventTorrent.Storage;
using MassTransit;

namespace EventTorrent.Sagas;

/// <summary>
/// Answers what lies on a volume without a task that has business there: it was deleted or expired. Whatever begins after this
/// look at the rows leaves another mark than the one that was listed before it, so that it is never what the answer is about.
/// </summary>
public sealed class VolumeListedConsumer(StreamRetention retention) : IConsumer<VolumeListed>
{
    public async Task Consume(ConsumeContext<VolumeListed> context)
    {
        var (infohashes, marks) = (context.Message.Infohashes, context.Message.Marks);
        var present = new Dictionary<Infohash, string?>();
        for (var i = 0; i < infohashes.Count; i++)
        {
            if (Infohash.TryParse(infohashes[i], out var infohash))
            {
                present[infohash] = i < marks?.Count ? marks[i] : null;
            }
        }

        foreach (var left in await retention.FindLeftAsync(present.Keys, context.CancellationToken))
        {
            await context.Publish(new PurgeData(left.ToTaskId(), left.ToString(), present[left]), context.CancellationToken);
        }
    }
}
