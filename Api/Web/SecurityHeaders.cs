using EventTorrent.Api.Playback;
using Microsoft.Extensions.Options;

namespace EventTorrent.Api.Web;

/// <summary>
/// Tells browsers what a page of ours may do: its own files, nothing inline, in no frame. A video and its thumbnails come over a data
/// channel and are shown as blobs; hls.js begins subtitles as an empty data address.
/// </summary>
internal sealed class SecurityHeaders(RequestDelegate next, IOptions<PlaybackOptions> options)
{
    private readonly string _policy =
        "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self'; img-src 'self' blob:; media-src blob: data:; manifest-src 'self'; " +
        $"connect-src 'self'{OfSignaling(options.Value)}; " +
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    public Task InvokeAsync(HttpContext context)
    {
        // At the last moment: what answers an exception begins by clearing all headers.
        context.Response.OnStarting(response => Apply(((HttpResponse)response).Headers), context.Response);
        return next(context);
    }

    /// <summary>Where the hub of Signaling is another server's, a page may connect to that too, by HTTP and by WebSocket.</summary>
    private static string OfSignaling(PlaybackOptions options) => options.SignalingOrigin is { } uri
        ? $" {uri.GetLeftPart(UriPartial.Authority)} {(uri.Scheme == "https" ? "wss" : "ws")}://{uri.Authority}"
        : "";

    private Task Apply(IHeaderDictionary headers)
    {
        headers.ContentSecurityPolicy = _policy;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        return Task.CompletedTask;
    }
}
