using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace EventTorrent.Media;

/// <summary>Registers the services of this library.</summary>
public static class MediaRegistration
{
    /// <summary>Adds <see cref="IScreenshotter"/>, configured by the section "Media".</summary>
    public static IServiceCollection AddMedia(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<MediaOptions>()
            .Bind(configuration.GetSection(MediaOptions.Section))
            .ValidateDataAnnotations()
            .ValidateOnStart();

        return services.AddSingleton<IScreenshotter>(provider => new Screenshotter(
            provider.GetRequiredService<IOptions<MediaOptions>>().Value,
            provider.GetRequiredService<ILogger<Screenshotter>>()));
    }
}
