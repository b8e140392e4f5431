namespace EventTorrent.Api.Web;

/// <summary>
/// Tells browsers what a page of ours may do: its own files, nothing inline, in no frame. A video and its thumbnails come over a data
/// channel and are shown as blobs.
/// </summary>
internal sealed class SecurityHeaders(RequestDelegate next)
{
    private const string Policy =
        "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self'; img-src 'self' blob:; media-src blob:; connect-src 'self'; " +
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    public Task InvokeAsync(HttpContext context)
    {
        // At the last moment: what answers an exception begins by clearing all headers.
        context.Response.OnStarting(static response => Apply(((HttpResponse)response).Headers), context.Response);
        return next(context);
    }

    private static Task Apply(IHeaderDictionary headers)
    {
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        return Task.CompletedTask;
    }
}
