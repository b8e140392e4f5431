using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Metadata;

namespace EventTorrent.Api.Web;

/// <summary>
/// Refuses a body that is said to be longer than its route takes, before any of it is read. A route that says nothing takes
/// very little. One that does not say how long it is ends at the same limit when it is read.
/// </summary>
internal sealed class BodyGuard(RequestDelegate next)
{
    /// <summary>For routes that say nothing: most read no body at all.</summary>
    public const long DefaultBytes = 64 * 1024;

    public Task InvokeAsync(HttpContext context)
    {
        var limit = context.GetEndpoint()?.Metadata.GetMetadata<IRequestSizeLimitMetadata>()?.MaxRequestBodySize ?? DefaultBytes;
        if (!(context.Request.ContentLength > limit))
        {
            if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            {
                size.MaxRequestBodySize = limit;
            }

            return next(context);
        }

        return Problems.Of(StatusCodes.Status413PayloadTooLarge, "too-large", $"This takes at most {limit} bytes.").ExecuteAsync(context);
    }
}
