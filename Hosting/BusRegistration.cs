using EventTorrent.Hosting.Telemetry;
using EventTorrent.Hosting.Watchdog;
using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace EventTorrent.Hosting;

public static class BusRegistration
{
    /// <summary>Adds the bus as every EventTorrent process uses it.</summary>
    public static IServiceCollection AddEventTorrentBus(
        this IServiceCollection services, IConfiguration configuration, params IReadOnlyList<IBusModule> modules)
    {
        services.AddOptions<BusOptions>()
            .Bind(configuration.GetSection(BusOptions.Section))
            .ValidateDataAnnotations()
            .Validate(
                options => options.Address is { IsAbsoluteUri: true, Scheme: "amqp" or "amqps" },
                "Bus:Address is an amqp:// or amqps:// address.")
            .ValidateOnStart();
        services.Configure<MassTransitHostOptions>(options => options.ConsumerStopTimeout = StopTimes.Handlers);
        services.Configure<HostOptions>(options =>
        {
            options.ShutdownTimeout = StopTimes.Host;
            // A slow request does not take the time that running work needs to save itself.
            options.ServicesStopConcurrently = true;
        });
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<BoundedPublisher>();
        services.AddSingleton<EndpointRegister>();
        services.AddSingleton(NameOf);
        services.AddTransient<BrokerProbe>();
        services.AddSingleton<Preparations>();
        services.AddHealthChecks()
            .AddCheck("process", () => HealthCheckResult.Healthy("runs"), [HealthEndpoints.Live])
            .AddCheck<Preparations>("preparations", tags: [HealthEndpoints.Ready]);

        var transport = configuration.GetSection(BusOptions.Section).GetValue(nameof(BusOptions.Transport), BusTransport.InMemory);
        services.AddMassTransit(bus =>
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
                    Connect(context, rabbit);
                    Configure(context, rabbit, modules);
                });
            }
            else
            {
                bus.UsingInMemory((context, memory) => Configure(context, memory, modules));
            }
        });

        services.AddTelemetry(configuration);
        services.AddEndpointWatchdog(configuration, transport);
        services.RemoveMassTransitHostedService();
        return services.AddHostedService<BusLife>();
    }

    /// <summary>Adds something that has to succeed before this process takes work.</summary>
    public static IServiceCollection AddPreparation(
        this IServiceCollection services, string name, Func<IServiceProvider, CancellationToken, Task> run) =>
        services.AddSingleton(new Preparation(name, run));

    private static void Connect(IBusRegistrationContext context, IRabbitMqBusFactoryConfigurator rabbit)
    {
        var options = context.GetRequiredService<IOptions<BusOptions>>().Value;
        rabbit.Host(options.Address, context.GetRequiredService<ConnectionName>().Value, host =>
        {
            host.Heartbeat(options.Heartbeat);
            host.PublisherConfirmation = true;
        });
        rabbit.SendTopology.ConfigureErrorSettings = ErrorQueues.Bound;
        rabbit.SendTopology.ConfigureDeadLetterSettings = ErrorQueues.Bound;
    }

    private static void Configure(IBusRegistrationContext context, IBusFactoryConfigurator bus, IReadOnlyList<IBusModule> modules)
    {
        bus.ConfigureJsonSerializerOptions(MessageShape.Require);
        foreach (var module in modules)
        {
            module.Configure(context, bus);
        }
    }

    /// <summary>A worker is named alike in its reports and at the broker.</summary>
    private static ConnectionName NameOf(IServiceProvider provider) => new(
        $"{provider.GetRequiredService<IHostEnvironment>().ApplicationName} "
        + (provider.GetServices<WorkerIdentity>().FirstOrDefault()?.Name ?? $"{Environment.MachineName}-{Environment.ProcessId}"));
}
