using MassTransit;

namespace EventTorrent.Hosting;

/// <summary>Refuses a message that is larger than any of ours, before it is turned into objects.</summary>
internal sealed class BodyLimitFilter : IFilter<ConsumeContext>
{
    /// <summary>Above the largest of ours: metadata of 512 KiB in base64 with 2,000 long paths.</summary>
    private const int MaxBodyBytes = 4 * 1024 * 1024;

    public Task Send(ConsumeContext context, IPipe<ConsumeContext> next) =>
        context.ReceiveContext.Body.Length is > MaxBodyBytes and var length
            ? throw new RefusedMessageException($"A message of {length} bytes; the limit is {MaxBodyBytes}.")
            : next.Send(context);

    public void Probe(ProbeContext context) => context.CreateFilterScope("body-limit");
}
