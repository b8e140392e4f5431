using EventTorrent.Hosting;
using MassTransit;
using Microsoft.Extensions.Options;

namespace EventTorrent.HandlerHost;

public sealed class WorkBus : IBusModule
{
    public const string Queue = "test.work";

    public void Register(IBusRegistrationConfigurator bus) => bus.AddConsumer<WorkConsumer>();

    public void Configure(IBusRegistrationContext context, IBusFactoryConfigurator bus)
    {
        var options = context.GetRequiredService<IOptions<HandlerOptions>>().Value;
        bus.SharedEndpoint(context, Queue, options.Slots, endpoint =>
        {
            endpoint.UseMessageRetry(retry => retry.Interval(3, TimeSpan.FromMilliseconds(200)));
            if (options.Kind == HandlerKind.Publishes)
            {
                endpoint.UseInMemoryOutbox(context);
            }

            endpoint.ConfigureConsumer<WorkConsumer>(context);
        });
    }
}
