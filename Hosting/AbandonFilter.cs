using MassTransit;

namespace EventTorrent.Hosting;

/// <summary>
/// Lets go of a handler when the channel of its delivery is gone. Without this a handler that waits for something that
/// can't come any more keeps its endpoint from ever reconnecting. The abandoned handler may run on while the message is
/// delivered again: effects are idempotent for that reason too.
/// </summary>
public sealed class AbandonFilter : IFilter<ConsumeContext>
{
    public Task Send(ConsumeContext context, IPipe<ConsumeContext> next) =>
        next.Send(context).WaitAsync(context.CancellationToken);

    public void Probe(ProbeContext context) => context.CreateFilterScope("abandon");
}
