using System.Net;
using Microsoft.Extensions.Options;

namespace EventTorrent.Api.Web;

/// <summary>
/// Answers only to names that are ours, so that a foreign page can't reach the door by pointing its own name at this
/// machine (DNS rebinding). Health is for supervisors, who ask by whatever address a process has, and says nothing that is secret.
/// </summary>
internal sealed class HostGuard(RequestDelegate next, IOptions<ApiOptions> options)
{
    private readonly HashSet<string> _allowed = new(options.Value.AllowedHosts, StringComparer.OrdinalIgnoreCase) { "localhost" };

    public Task InvokeAsync(HttpContext context) =>
        IsOurs(context.Request.Host.Host) || context.Request.Path.StartsWithSegments("/health", StringComparison.OrdinalIgnoreCase)
            ? next(context)
            : Problems.BadRequest("unknown-host", "This server does not answer to that host name; Api:AllowedHosts lists the names it answers to.")
                .ExecuteAsync(context);

    private bool IsOurs(string host) =>
        _allowed.Contains(host) || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
