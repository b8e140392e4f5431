using MassTransit;
using Microsoft.Extensions.Options;

namespace EventTorrent.HandlerHost;

public sealed class WorkConsumer(IOptions<HandlerOptions> options) : IConsumer<Work>
{
    public async Task Consume(ConsumeContext<Work> context)
    {
        await Console.Out.WriteLineAsync($"began {context.Message.Id}");
        if (options.Value.Kind == HandlerKind.Blocks)
        {
            Thread.Sleep(Timeout.Infinite);
        }

        await Task.Delay(options.Value.Time, context.CancellationToken);
        await context.Publish(new WorkDone(context.Message.Id));
        await Console.Out.WriteLineAsync($"ended {context.Message.Id}");
    }
}
