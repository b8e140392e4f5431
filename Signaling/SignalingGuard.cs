using EventTorrent.Hosting;
using Microsoft.Extensions.Options;

namespace EventTorrent.Signaling;

/// <summary>
/// Before the handshake: a node's key must be one of ours, and a page must be of this server or of an origin that is
/// allowed, as CORS does not cover a WebSocket. Programs send no Origin and pass.
/// </summary>
internal sealed class SignalingGuard(RequestDelegate next, NodeKeySet keys, IOptions<SignalingOptions> options)
{
    private const string Scheme = "Bearer ";
    private static readonly object Volumes = new();

    private readonly HashSet<string> _origins = new(options.Value.AllowedOrigins, StringComparer.OrdinalIgnoreCase);

    /// <summary>The volumes that the key of a request speaks for; null for a viewer's.</summary>
    public static IReadOnlySet<string>? VolumesOf(HttpContext context) => context.Items[Volumes] as IReadOnlySet<string>;

    public static string AddressOf(HttpContext context) => ClientNetwork.Of(context.Connection.RemoteIpAddress);

    public Task InvokeAsync(HttpContext context)
    {
        if (context.Request.Headers.Authorization is [{ } authorization, ..])
        {
            var volumes = authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? keys.VolumesOf(authorization[Scheme.Length..].Trim()) : null;
            if (volumes is not { Count: > 0 })
            {
                context.Response.StatusCode = StatusCodes.Status401Unauthorized;
                return Task.CompletedTask;
            }

            context.Items[Volumes] = volumes;
        }
        else if (IsForeign(context.Request))
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return Task.CompletedTask;
        }

        return next(context);
    }

    private bool IsForeign(HttpRequest request) =>
        request.Headers.Origin is [{ } origin, ..]
        && !_origins.Contains(origin)
        // The scheme is left out: behind a proxy that ends TLS it differs.
        && !(Uri.TryCreate(origin, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
            && origin.Equals($"{uri.Scheme}://{request.Host.Value}", StringComparison.OrdinalIgnoreCase));
}
