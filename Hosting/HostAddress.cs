using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;

namespace EventTorrent.Hosting;

/// <summary>Where a process listens.</summary>
public static class HostAddress
{
    /// <summary>Whether somebody has said where to listen, in any of the ways of ASP.NET Core.</summary>
    public static bool IsConfigured(IConfiguration configuration) =>
        new[] { WebHostDefaults.ServerUrlsKey, WebHostDefaults.HttpPortsKey, WebHostDefaults.HttpsPortsKey }
            .Any(key => !string.IsNullOrEmpty(configuration[key]))
        || configuration.GetSection("Kestrel:Endpoints").GetChildren().Any();
}
