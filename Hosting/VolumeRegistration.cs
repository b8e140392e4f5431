using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace EventTorrent.Hosting;

public static class VolumeRegistration
{
    /// <summary>Adds <see cref="Volume"/>; every worker of a process that works on it may call this.</summary>
    public static IServiceCollection AddVolume(this IServiceCollection services, IConfiguration configuration)
    {
        if (!services.Any(service => service.ServiceType == typeof(Volume)))
        {
            services.AddOptions<VolumeOptions>()
                .Bind(configuration.GetSection(VolumeOptions.Section))
                .ValidateDataAnnotations()
                .ValidateOnStart();
        }

        services.TryAddSingleton<Volume>();
        return services;
    }
}
