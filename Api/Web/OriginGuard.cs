using EventTorrent.Api.Access;
using EventTorrent.Api.Links;

namespace EventTorrent.Api.Web;

/// <summary>
/// Refuses what a foreign page makes a browser send: every unsafe request, the handshakes of hubs, which CORS does not cover,
/// and the one address that starts work by GET. Programs send no Origin and pass, unless they send a cookie: a cookie is a
/// browser's, which says of such a request where it was made. So there is no token to be hidden in pages: one header that every
/// browser sends, and no page can forge, says the same.
/// </summary>
internal sealed class OriginGuard(RequestDelegate next)
{
    private const string Hubs = "/hubs";
    private const string Site = "Sec-Fetch-Site";

    public Task InvokeAsync(HttpContext context) =>
        IsGuarded(context.Request) && (IsForeign(context.Request) || IsCookieWithoutOrigin(context.Request))
            ? Problems.Of(StatusCodes.Status403Forbidden, "foreign-origin", "This request was made by a page of another site.").ExecuteAsync(context)
            : next(context);

    private static bool IsGuarded(HttpRequest request) =>
        !(HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || HttpMethods.IsOptions(request.Method))
        || request.Path.StartsWithSegments(Hubs, StringComparison.OrdinalIgnoreCase)
        || request.Path.StartsWithSegments(LinkEndpoint.Path, StringComparison.OrdinalIgnoreCase);

    private static bool IsForeign(HttpRequest request)
    {
        if (request.Headers.Origin is [var origin, ..])
        {
            // The scheme is left out: behind a proxy that ends TLS it differs.
            return !Uri.TryCreate(origin, UriKind.Absolute, out var uri)
                || uri.Scheme is not ("http" or "https")
                || !origin.Equals($"{uri.Scheme}://{request.Host.Value}", StringComparison.OrdinalIgnoreCase);
        }

        return request.Headers[Site] is ["cross-site" or "same-site"];
    }

    private static bool IsCookieWithoutOrigin(HttpRequest request) =>
        SessionCookie.Read(request) is not null && !KeyAuthentication.HasKey(request) && request.Headers.Origin.Count == 0 && request.Headers[Site] is not ["same-origin" or "none"];
}
