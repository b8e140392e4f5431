using EventTorrent.Contracts;
using EventTorrent.Hosting;
using EventTorrent.Hosting.Leases;
using EventTorrent.Media;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace EventTorrent.Workers.Transcode;

public static class TranscodeRegistration
{
    /// <summary>Adds the volume, the media library and the job, without a bus.</summary>
    public static IServiceCollection AddTranscodeJob(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<TranscodeWorkerOptions>()
            .Bind(configuration.GetSection(TranscodeWorkerOptions.Section))
            .ValidateDataAnnotations()
            .ValidateOnStart();
        services.TryAddSingleton(TimeProvider.System);
        services.AddLeases();
        services.AddVolume(configuration);
        services.AddHls(configuration);
        services.AddSingleton<KeptRuns>();
        services.AddSingleton<TranscodeJob>();
        services.AddSingleton(provider => WorkerIdentity.Create(
            Step.Transcode, provider.GetRequiredService<Volume>().Name, provider.GetRequiredService<IOptions<TranscodeWorkerOptions>>().Value.Slots));
        return services;
    }

    /// <summary>Adds a transcode worker; its endpoints are in <see cref="TranscodeBus"/>.</summary>
    public static IServiceCollection AddTranscodeWorker(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddTranscodeJob(configuration);
        services.AddHostedService<WorkerHeartbeat>();
        services.AddHostedService(provider => provider.GetRequiredService<KeptRuns>());
        return services;
    }
}
