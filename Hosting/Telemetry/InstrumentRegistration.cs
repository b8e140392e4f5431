using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace EventTorrent.Hosting.Telemetry;

public static class InstrumentRegistration
{
    /// <summary>Adds a class that makes instruments when it is made; may be called more than once.</summary>
    public static IServiceCollection AddInstruments<T>(this IServiceCollection services) where T : class
    {
        services.AddMetrics();
        services.TryAddSingleton<T>();
        return services.AddHostedService<InstrumentStart<T>>();
    }
}
