using System.Reflection;
using EventTorrent.Hosting.Watchdog;
using MassTransit;

namespace EventTorrent.Hosting.Tests;

public sealed class WatchedDeliveries
{
    [Fact]
    public void Can_end_while_the_watchdog_looks_at_them()
    {
        var endpoint = new WatchedEndpoint("queue", slots: 2);
        var delivery = Delivery.Create(out var state);
        endpoint.Begin(delivery, TimeSpan.Zero);

        // Its handler has ended and its observer has not said so yet.
        state.IsDisposed = true;

        Assert.Equal((1, 0), (endpoint.Facts.Running, endpoint.Facts.Orphaned));
    }

    /// <summary>A delivery that may not be asked for its token once it has ended, like those of the transport.</summary>
    public class Delivery : DispatchProxy
    {
        public bool IsDisposed { get; set; }

        public static ReceiveContext Create(out Delivery state)
        {
            var delivery = Create<ReceiveContext, Delivery>();
            state = (Delivery)(object)delivery;
            return delivery;
        }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            ObjectDisposedException.ThrowIf(IsDisposed, this);
            return CancellationToken.None;
        }
    }
}
