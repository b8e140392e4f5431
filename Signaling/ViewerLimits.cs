using System.Collections.Concurrent;
using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;

namespace EventTorrent.Signaling;

/// <summary>What all viewers behind one address, and all together, may have and do.</summary>
internal sealed class ViewerLimits(IOptions<SignalingOptions> options) : IDisposable
{
    private static readonly TimeSpan Refill = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, int> _connected = new(StringComparer.Ordinal);
    private int _all;

    // It forgets an address that has been silent for a while.
    private readonly PartitionedRateLimiter<string> _offers = PartitionedRateLimiter.Create<string, string>(address =>
        RateLimitPartition.GetTokenBucketLimiter(address, _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = options.Value.AddressOffersPerMinute,
            TokensPerPeriod = Math.Max(1, options.Value.AddressOffersPerMinute / 60),
            ReplenishmentPeriod = Refill,
        }));

    /// <summary>Those that were turned away too, until their connections are over.</summary>
    public int Connected => Volatile.Read(ref _all);

    /// <summary>Counts a viewer in; <see cref="Leave"/> belongs to every call, whatever it said.</summary>
    public bool TryEnter(string address) =>
        (Interlocked.Increment(ref _all) <= options.Value.MaxViewers)
        & (_connected.AddOrUpdate(address, 1, (_, count) => count + 1) <= options.Value.MaxViewersPerAddress);

    public void Leave(string address)
    {
        Interlocked.Decrement(ref _all);
        // One that comes in at this moment puts the address back.
        if (_connected.AddOrUpdate(address, 0, (_, count) => count - 1) <= 0)
        {
            _connected.TryRemove(KeyValuePair.Create(address, 0));
        }
    }

    public bool TryOffer(string address)
    {
        using var lease = _offers.AttemptAcquire(address);
        return lease.IsAcquired;
    }

    public void Dispose() => _offers.Dispose();
}
