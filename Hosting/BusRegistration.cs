using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace EventTorrent.Hosting;

public static class BusRegistration
{
    /// <summary>Longest stop of the whole host; above the bus's own, so that running work can save itself.</summary>
    private static readonly TimeSpan HostStop = TimeSpan.FromSeconds(25);

    private static readonly TimeSpan BusStop = TimeSpan.FromSeconds(20);

    /// <summary>Running handlers learn of the stop this soon, by their token.</summary>
    private static readonly TimeSpan HandlerGrace = TimeSpan.FromSeconds(2);

    /// <summary>Adds the bus as every EventTorrent process uses it.</summary>
    public static IServiceCollection AddEventTorrentBus(
        this IServiceCollection services, IConfiguration configuration, params IReadOnlyList<IBusModule> modules)
    {
        services.AddOptions<BusOptions>()
            .Bind(configuration.GetSection(BusOptions.Section))
            .ValidateDataAnnotations()
            .ValidateOnStart();
        services.Configure<MassTransitHostOptions>(options =>
        {
            options.StopTimeout = BusStop;
            options.ConsumerStopTimeout = HandlerGrace;
        });
        services.Configure<Microsoft.Extensions.Hosting.HostOptions>(options => options.ShutdownTimeout = HostStop);
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<BoundedPublisher>();

        var transport = configuration.GetSection(BusOptions.Section).GetValue(nameof(BusOptions.Transport), BusTransport.InMemory);
        return services.AddMassTransit(bus =>
        {
            bus.DisableUsageTelemetry();
            bus.SetKebabCaseEndpointNameFormatter();
            foreach (var module in modules)
            {
                module.Register(bus);
            }

            if (transport == BusTransport.RabbitMq)
            {
                bus.UsingRabbitMq((context, rabbit) =>
                {
                    rabbit.Host(context.GetRequiredService<IOptions<BusOptions>>().Value.Address);
                    Configure(context, rabbit, modules);
                });
            }
            else
            {
                bus.UsingInMemory((context, memory) => Configure(context, memory, modules));
            }
        });
    }

    private static void Configure(IBusRegistrationContext context, IBusFactoryConfigurator bus, IReadOnlyList<IBusModule> modules)
    {
        foreach (var module in modules)
        {
            module.Configure(context, bus);
        }
    }
}
