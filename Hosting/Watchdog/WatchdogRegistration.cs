using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace EventTorrent.Hosting.Watchdog;

internal static class WatchdogRegistration
{
    /// <summary>Adds the options, and with a broker to lose the watchdog.</summary>
    public static IServiceCollection AddEndpointWatchdog(this IServiceCollection services, IConfiguration configuration, BusTransport transport)
    {
        services.AddOptions<WatchdogOptions>()
            .Bind(configuration.GetSection(WatchdogOptions.Section))
            .ValidateDataAnnotations()
            .ValidateOnStart();
        if (transport != BusTransport.RabbitMq
            || !configuration.GetSection(WatchdogOptions.Section).GetValue(nameof(WatchdogOptions.Enabled), defaultValue: true))
        {
            return services;
        }

        services.AddSingleton<EndpointObserver>();
        services.AddReceiveObserver(provider => provider.GetRequiredService<EndpointObserver>());
        services.AddReceiveEndpointObserver(provider => provider.GetRequiredService<EndpointObserver>());
        services.AddSingleton<WatchdogState>();
        services.AddHostedService<EndpointWatchdog>();
        services.AddHealthChecks().AddCheck<WatchdogHealth>("endpoints", tags: [HealthEndpoints.Live]);
        return services;
    }
}
