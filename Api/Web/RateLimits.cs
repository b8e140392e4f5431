using System.Threading.RateLimiting;
using EventTorrent.Hosting;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;

namespace EventTorrent.Api.Web;

/// <summary>One token bucket per address: generous, but one client can't have the door for itself.</summary>
internal static class RateLimits
{
    private static readonly TimeSpan Refill = TimeSpan.FromSeconds(1);

    public static IServiceCollection AddRateLimits(this IServiceCollection services)
    {
        services.AddRateLimiter(_ => { });
        services.AddOptions<RateLimiterOptions>().Configure<IOptions<ApiOptions>>((limiter, options) => Configure(limiter, options.Value));
        return services;
    }

    private static void Configure(RateLimiterOptions limiter, ApiOptions options)
    {
        limiter.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(context =>
            // A supervisor's question is never refused.
            context.Request.Path.StartsWithSegments("/health")
                ? RateLimitPartition.GetNoLimiter("health")
                : RateLimitPartition.GetTokenBucketLimiter(ClientNetwork.Of(context.Connection.RemoteIpAddress), _ => new TokenBucketRateLimiterOptions
                {
                    TokenLimit = options.RateBurst,
                    TokensPerPeriod = options.RatePerSecond,
                    ReplenishmentPeriod = Refill,
                }));
        limiter.OnRejected = async (rejected, _) =>
        {
            rejected.HttpContext.Response.Headers.RetryAfter = "1";
            await Problems.Of(StatusCodes.Status429TooManyRequests, "too-many-requests", "Too many requests from this address; go slower.")
                .ExecuteAsync(rejected.HttpContext);
        };
    }
}
