using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace EventTorrent.Torrents;

/// <summary>Registers the services of this library.</summary>
public static class TorrentRegistration
{
    /// <summary>Adds <see cref="ITorrentEngine"/>, one session for the process, configured by the section "Torrents".</summary>
    public static IServiceCollection AddTorrents(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<TorrentEngineOptions>()
            .Bind(configuration.GetSection(TorrentEngineOptions.Section))
            .ValidateDataAnnotations()
            .ValidateOnStart();

        return services.AddSingleton<ITorrentEngine>(provider => new TorrentEngine(
            provider.GetRequiredService<IOptions<TorrentEngineOptions>>().Value,
            provider.GetRequiredService<ILogger<TorrentEngine>>()));
    }
}
