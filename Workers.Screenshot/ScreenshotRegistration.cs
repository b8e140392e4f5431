using EventTorrent.Contracts;
using EventTorrent.Hosting;
using EventTorrent.Hosting.Leases;
using EventTorrent.Hosting.Telemetry;
using EventTorrent.Media;
using EventTorrent.Torrents;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace EventTorrent.Workers.Screenshot;

public static class ScreenshotRegistration
{
    /// <summary>Adds the engine, the media library and the job, without a bus: for the command line too.</summary>
    public static IServiceCollection AddScreenshotJob(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<ScreenshotWorkerOptions>()
            .Bind(configuration.GetSection(ScreenshotWorkerOptions.Section))
            .ValidateDataAnnotations()
            .ValidateOnStart();
        services.TryAddSingleton(TimeProvider.System);
        services.AddTorrents(configuration);
        services.AddMedia(configuration);
        services.AddSingleton<WarmTorrents>();
        services.AddInstruments<ScreenshotMetrics>();
        services.AddSingleton<ScreenshotJob>();
        return services;
    }

    /// <summary>Adds a screenshot worker; its endpoints are in <see cref="ScreenshotBus"/>.</summary>
    public static IServiceCollection AddScreenshotWorker(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddScreenshotJob(configuration);
        services.AddLeases();
        services.AddSingleton(provider => WorkerIdentity.Create(
            Step.Screenshots, volume: null, provider.GetRequiredService<IOptions<ScreenshotWorkerOptions>>().Value.Slots));
        services.AddHostedService<WorkerHeartbeat>();
        services.AddHostedService(provider => provider.GetRequiredService<WarmTorrents>());
        return services;
    }
}
