using EventTorrent.Hosting.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace EventTorrent.Hosting.Leases;

public static class LeaseRegistration
{
    /// <summary>Adds <see cref="LeaseRunner"/>; every worker of a process calls this.</summary>
    public static IServiceCollection AddLeases(this IServiceCollection services)
    {
        services.TryAddSingleton<RunningWork>();
        services.TryAddSingleton<DrainWishes>();
        services.AddInstruments<LeaseMetrics>();
        services.TryAddSingleton<LeaseRunner>();
        return services;
    }
}
