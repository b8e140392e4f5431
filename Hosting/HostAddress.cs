using System.Net;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
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

    /// <summary>The first address, by the rules of Kestrel, that others than this machine can reach; null when there is none.</summary>
    public static string? FindForeign(IConfiguration configuration)
    {
        if (configuration.GetSection("Kestrel:Endpoints").GetChildren().ToList() is { Count: > 0 } endpoints)
        {
            return endpoints.Select(endpoint => endpoint["Url"] ?? endpoint.Path).FirstOrDefault(IsForeign);
        }

        if (configuration[WebHostDefaults.ServerUrlsKey] is { Length: > 0 } urls)
        {
            return urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).FirstOrDefault(IsForeign);
        }

        // Ports alone are those of every address.
        return new[] { WebHostDefaults.HttpPortsKey, WebHostDefaults.HttpsPortsKey }
            .Where(key => !string.IsNullOrEmpty(configuration[key])).Select(key => $"{key}={configuration[key]}").FirstOrDefault();
    }

    /// <summary>What is no address is counted too: it is not known who can reach it.</summary>
    private static bool IsForeign(string url)
    {
        try
        {
            var host = BindingAddress.Parse(url).Host.Trim('[', ']');
            return !(host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address)));
        }
        catch (FormatException)
        {
            return true;
        }
    }
}
