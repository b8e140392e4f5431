using System.Threading.RateLimiting;
using EventTorrent.Api.Web;
using EventTorrent.Hosting;
using Microsoft.Extensions.Options;

namespace EventTorrent.Api.Access;

/// <summary>
/// Counts wrong keys by address. Nobody guesses 256 bits: this is for the noise, and for those who put a key of their own
/// making into the configuration. Right keys pass all the same: whoever shares an address with a guesser is not shut out.
/// </summary>
internal sealed class WrongKeys(IOptions<ApiOptions> options) : IDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    private readonly PartitionedRateLimiter<HttpContext> _limiter = PartitionedRateLimiter.Create<HttpContext, string>(context =>
        RateLimitPartition.GetTokenBucketLimiter(ClientNetwork.Of(context.Connection.RemoteIpAddress), _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = options.Value.WrongKeysPerMinute,
            TokensPerPeriod = options.Value.WrongKeysPerMinute,
            ReplenishmentPeriod = Period,
        }));

    /// <returns>False when it is one too many.</returns>
    public bool TryCount(HttpContext context)
    {
        using var lease = _limiter.AttemptAcquire(context);
        return lease.IsAcquired;
    }

    public static Task RefuseAsync(HttpContext context) =>
        RateLimits.RefuseAsync(context, Period, "too-many-wrong-keys", "Too many wrong keys from this address.");

    public void Dispose() => _limiter.Dispose();
}
