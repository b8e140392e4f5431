using EventTorrent.Contracts;
using EventTorrent.Hosting;
using EventTorrent.Hosting.Leases;
using EventTorrent.Torrents;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace EventTorrent.Workers.Download;

public static class DownloadRegistration
{
    /// <summary>Adds the engine, the volume and the job, without a bus.</summary>
    public static IServiceCollection AddDownloadJob(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<DownloadWorkerOptions>()
            .Bind(configuration.GetSection(DownloadWorkerOptions.Section))
            .ValidateDataAnnotations()
            .ValidateOnStart();
        services.TryAddSingleton(TimeProvider.System);
        services.AddVolume(configuration);
        services.AddDownloads(configuration, provider =>
        {
            var options = provider.GetRequiredService<IOptions<DownloadWorkerOptions>>().Value;
            return new TransferOptions(options.DownBytesPerSecond, options.UpBytesPerSecond);
        });
        services.AddSingleton<VolumeRoom>();
        services.TryAddSingleton<DrainWishes>();
        services.AddSingleton<KeptDownloads>();
        services.AddSingleton<DownloadJob>();
        services.AddSingleton<VolumePurge>();
        return services;
    }

    /// <summary>Adds a download worker; its endpoints are in <see cref="DownloadBus"/>.</summary>
    public static IServiceCollection AddDownloadWorker(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddDownloadJob(configuration);
        services.AddLeases();
        services.AddSingleton<DownloadSlots>();
        services.AddSingleton(provider => WorkerIdentity.Create(
            Step.Download, provider.GetRequiredService<Volume>().Name, provider.GetRequiredService<IOptions<DownloadWorkerOptions>>().Value.Slots));
        services.AddHostedService<WorkerHeartbeat>();
        services.AddHostedService<VolumeSweep>();
        services.AddHostedService(provider => provider.GetRequiredService<KeptDownloads>());
        return services;
    }
}
