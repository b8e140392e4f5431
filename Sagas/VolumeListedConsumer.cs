using EventTorrent.Contracts;
using EventTorrent.Storage;
using MassTransit;

namespace EventTorrent.Sagas;

/// <summary>Answers what lies on a volume without a task that has business there: the word to remove it was lost.</summary>
public sealed class VolumeListedConsumer(StreamRetention retention) : IConsumer<VolumeListed>
{
    public async Task Consume(ConsumeContext<VolumeListed> context)
    {
        var present = new List<Infohash>();
        foreach (var text in context.Message.Infohashes)
        {
            if (Infohash.TryParse(text, out var infohash))
            {
                present.Add(infohash);
            }
        }

        foreach (var left in await retention.FindLeftAsync(present, context.CancellationToken))
        {
            await context.Publish(new PurgeData(left.ToTaskId(), left.ToString()), context.CancellationToken);
        }
    }
}
