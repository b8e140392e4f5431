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
        services.AddEngineOptions(configuration);
        return services.AddSingleton<ITorrentEngine>(provider => new TorrentEngine(
            provider.GetRequiredService<IOptions<TorrentEngineOptions>>().Value,
            provider.GetRequiredService<ILogger<TorrentEngine>>()));
    }

    /// <summary>Adds <see cref="IDownloadEngine"/>, a session of its own with the same section "Torrents".</summary>
    public static IServiceCollection AddDownloads(this IServiceCollection services, IConfiguration configuration, Func<IServiceProvider, TransferOptions> transfer)
    {
        services.AddEngineOptions(configuration);
        return services.AddSingleton<IDownloadEngine>(provider => new DownloadEngine(
            provider.GetRequiredService<IOptions<TorrentEngineOptions>>().Value,
            transfer(provider),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<DownloadEngine>>()));
    }

    private static void AddEngineOptions(this IServiceCollection services, IConfiguration configuration) =>
        services.AddOptions<TorrentEngineOptions>()
            .Bind(configuration.GetSection(TorrentEngineOptions.Section))
            .ValidateDataAnnotations()
            .Validate(options => options.IsProxyValid, "Torrents:Proxy is socks5://host:port or socks5://user:password@host:port.")
            .ValidateOnStart();
}
