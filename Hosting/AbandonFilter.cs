using MassTransit;

namespace EventTorrent.Hosting;

/// <summary>
/// Lets go of a handler when the channel of its delivery is gone. Without this a handler that waits for something that
/// can't come any more keeps its endpoint from ever reconnecting. At a graceful stop the token ends too: a handler that
/// heeds it has a moment to save its work and say so. The abandoned handler may run on while the message is delivered
/// again: effects are idempotent for that reason too.
/// </summary>
public sealed class AbandonFilter : IFilter<ConsumeContext>
{
    public async Task Send(ConsumeContext context, IPipe<ConsumeContext> next)
    {
        var handling = next.Send(context);
        try
        {
            await handling.WaitAsync(context.CancellationToken);
        }
        catch (OperationCanceledException) when (context.CancellationToken.IsCancellationRequested && !handling.IsCompleted)
        {
            await Task.WhenAny(handling, Task.Delay(StopTimes.Abandon, CancellationToken.None));
            if (!handling.IsCompleted)
            {
                // Cancelled, not failed: the message goes back to its queue and not to the errors.
                throw;
            }

            await handling;
        }
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("abandon");
}
