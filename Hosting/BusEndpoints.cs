using EventTorrent.Hosting.Watchdog;
using MassTransit;
using MassTransit.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace EventTorrent.Hosting;

/// <summary>The only way to declare an endpoint: what every endpoint must have is added here.</summary>
public static class BusEndpoints
{
    /// <summary>A queue of one process goes with its consumer; that of a process that stopped before it had one, after this time.</summary>
    private static readonly TimeSpan UnusedQueueExpiry = TimeSpan.FromMinutes(1);

    /// <summary>A durable queue that all instances of this kind of process share.</summary>
    /// <param name="concurrency">Messages that one process handles at once, and takes from the broker at once.</param>
    public static void SharedEndpoint(
        this IBusFactoryConfigurator bus, IBusRegistrationContext context, string queue, int concurrency, Action<IReceiveEndpointConfigurator> configure)
    {
        context.GetRequiredService<EndpointRegister>().Add(queue, concurrency);
        bus.ReceiveEndpoint(queue, endpoint =>
        {
            endpoint.PrefetchCount = concurrency;
            endpoint.ConcurrentMessageLimit = concurrency;
            AddFilters(endpoint);
            configure(endpoint);
        });
    }

    /// <summary>A queue of this process alone, gone when it stops: for broadcasts.</summary>
    public static void InstanceEndpoint(
        this IBusFactoryConfigurator bus, IBusRegistrationContext context, string name, Action<IReceiveEndpointConfigurator> configure)
    {
        var names = context.GetService(typeof(IEndpointNameFormatter)) as IEndpointNameFormatter ?? KebabCaseEndpointNameFormatter.Instance;
        bus.ReceiveEndpoint(new TemporaryEndpointDefinition(name), names, endpoint =>
        {
            AddFilters(endpoint);
            configure(endpoint);
        });
    }

    /// <summary>
    /// A queue of this process alone that others send to by its name; it is gone when the process is. What fails in it is
    /// not kept: whoever could look at it is gone too. When its consumer goes the queue goes, and the watchdog finds none.
    /// </summary>
    public static void AddressedEndpoint(
        this IBusFactoryConfigurator bus, IBusRegistrationContext context, string queue, int concurrency, Action<IReceiveEndpointConfigurator> configure)
    {
        context.GetRequiredService<EndpointRegister>().Add(queue, concurrency);
        bus.ReceiveEndpoint(queue, endpoint =>
        {
            if (endpoint is IRabbitMqReceiveEndpointConfigurator rabbit)
            {
                rabbit.Durable = false;
                rabbit.AutoDelete = true;
                rabbit.QueueExpiration = UnusedQueueExpiry;
            }

            endpoint.PrefetchCount = concurrency;
            endpoint.ConcurrentMessageLimit = concurrency;
            endpoint.DiscardFaultedMessages();
            endpoint.DiscardSkippedMessages();
            AddFilters(endpoint);
            configure(endpoint);
        });
    }

    /// <summary>Where to send to the <see cref="AddressedEndpoint"/> of another process.</summary>
    public static Uri AddressOf(string queue) => new($"exchange:{queue}?temporary=true");

    private static void AddFilters(IReceiveEndpointConfigurator endpoint)
    {
        // Other filters come when the message has been read already.
        endpoint.AddPrePipeSpecification(new FilterPipeSpecification<ConsumeContext>(new BodyLimitFilter()));
        endpoint.UseFilter(new AbandonFilter());
    }
}
