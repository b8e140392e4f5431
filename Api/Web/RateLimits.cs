using System.Globalization;
using System.Threading.RateLimiting;
using EventTorrent.Api.Access;
using EventTorrent.Hosting;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;

namespace EventTorrent.Api.Web;

/// <summary>A token bucket for each address and for each key: generous, but one client can't have the door for itself.</summary>
internal static class RateLimits
{
    private static readonly TimeSpan Refill = TimeSpan.FromSeconds(1);

    /// <summary>Before anything is looked at.</summary>
    public static IApplicationBuilder UseAddressLimit(this IApplicationBuilder app)
    {
        var options = app.ApplicationServices.GetRequiredService<IOptions<ApiOptions>>().Value;
        return app.UseRateLimiter(Limiter(
            // A supervisor's question is never refused.
            context => context.Request.Path.StartsWithSegments("/health") ? null : ClientNetwork.Of(context.Connection.RemoteIpAddress),
            options.RateBurst, options.RatePerSecond, "Too many requests from this address; go slower."));
    }

    /// <summary>Once it is known whose key it is: one key may come from many addresses.</summary>
    public static IApplicationBuilder UseKeyLimit(this IApplicationBuilder app)
    {
        var options = app.ApplicationServices.GetRequiredService<IOptions<ApiOptions>>().Value;
        return app.UseRateLimiter(Limiter(
            context => context.User.Identity?.IsAuthenticated == true ? Visitor.Of(context.User).KeyId : null,
            options.KeyRateBurst, options.KeyRatePerSecond, "Too many requests with this key; go slower."));
    }

    public static Task RefuseAsync(HttpContext context, TimeSpan retryAfter, string type, string detail)
    {
        context.Response.Headers.RetryAfter = ((int)retryAfter.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        return Problems.Of(StatusCodes.Status429TooManyRequests, type, detail).ExecuteAsync(context);
    }

    /// <param name="partition">Whom the limit is for; null when there is none.</param>
    private static RateLimiterOptions Limiter(Func<HttpContext, string?> partition, int burst, int perSecond, string detail) => new()
    {
        GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(context => partition(context) is { } key
            ? RateLimitPartition.GetTokenBucketLimiter(key, _ => new TokenBucketRateLimiterOptions
            {
                TokenLimit = burst,
                TokensPerPeriod = perSecond,
                ReplenishmentPeriod = Refill,
            })
            : RateLimitPartition.GetNoLimiter("")),
        OnRejected = (rejected, _) => new ValueTask(RefuseAsync(rejected.HttpContext, Refill, "too-many-requests", detail)),
    };
}
