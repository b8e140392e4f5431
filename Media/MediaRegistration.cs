using EventTorrent.Media.Decoding;
using EventTorrent.Media.Hls;
using EventTorrent.Media.Sheets;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace EventTorrent.Media;

/// <summary>Registers the services of this library.</summary>
public static class MediaRegistration
{
    /// <summary>Adds <see cref="IScreenshotter"/> and <see cref="SheetMaker"/>, configured by the section "Media". Adding it twice is adding it once.</summary>
    public static IServiceCollection AddMedia(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<MediaOptions>()
            .Bind(configuration.GetSection(MediaOptions.Section))
            .ValidateDataAnnotations()
            .ValidateOnStart();

        services.TryAddSingleton(provider => new Ffmpeg(
            provider.GetRequiredService<IOptions<MediaOptions>>().Value,
            provider.GetRequiredService<ILogger<Ffmpeg>>()));
        services.TryAddSingleton<IScreenshotter>(provider => new Screenshotter(
            provider.GetRequiredService<IOptions<MediaOptions>>().Value,
            provider.GetRequiredService<Ffmpeg>(),
            provider.GetRequiredService<ILogger<Screenshotter>>()));
        services.TryAddSingleton(provider => new SheetMaker(
            provider.GetRequiredService<IOptions<MediaOptions>>().Value,
            provider.GetRequiredService<Ffmpeg>()));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, FfmpegCheck>());
        return services;
    }

    /// <summary>Adds <see cref="HlsMaker"/>, configured by the sections "Media" and "Hls".</summary>
    public static IServiceCollection AddHls(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddMedia(configuration);
        services.TryAddSingleton(TimeProvider.System);
        services.AddOptions<HlsOptions>()
            .Bind(configuration.GetSection(HlsOptions.Section))
            .ValidateDataAnnotations()
            .ValidateOnStart();
        services.TryAddSingleton(provider => new HlsMaker(
            provider.GetRequiredService<IOptions<HlsOptions>>().Value,
            provider.GetRequiredService<IOptions<MediaOptions>>().Value,
            provider.GetRequiredService<Ffmpeg>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<HlsMaker>>()));
        return services;
    }
}
