using MassTransit;

namespace EventTorrent.Hosting.Watchdog;

/// <summary>Writes down what happens to the endpoints of the register.</summary>
internal sealed class EndpointObserver(EndpointRegister endpoints) : IReceiveObserver, IReceiveEndpointObserver
{
    public Task PreReceive(ReceiveContext context)
    {
        endpoints.Find(context.InputAddress)?.Begin(context, endpoints.Now);
        return Task.CompletedTask;
    }

    public Task PostReceive(ReceiveContext context) => End(context);

    public Task ReceiveFault(ReceiveContext context, Exception exception) => End(context);

    public Task PostConsume<T>(ConsumeContext<T> context, TimeSpan duration, string consumerType) where T : class => Task.CompletedTask;

    public Task ConsumeFault<T>(ConsumeContext<T> context, TimeSpan duration, string consumerType, Exception exception) where T : class =>
        Task.CompletedTask;

    public Task Ready(ReceiveEndpointReady ready) => Mark(ready, isReady: true);

    public Task Stopping(ReceiveEndpointStopping stopping) => Mark(stopping, isReady: false);

    public Task Completed(ReceiveEndpointCompleted completed) => Mark(completed, isReady: false);

    public Task Faulted(ReceiveEndpointFaulted faulted) => Mark(faulted, isReady: false);

    private Task End(ReceiveContext context)
    {
        endpoints.Find(context.InputAddress)?.End(context, endpoints.Now);
        return Task.CompletedTask;
    }

    private Task Mark(ReceiveEndpointEvent happened, bool isReady)
    {
        if (endpoints.Find(happened.InputAddress) is { } endpoint)
        {
            endpoint.IsReady = isReady;
        }

        return Task.CompletedTask;
    }
}
