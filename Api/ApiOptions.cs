using System.ComponentModel.DataAnnotations;

namespace EventTorrent.Api;

/// <summary>The door. Section <c>Api</c>.</summary>
public sealed class ApiOptions
{
    public const string Section = "Api";

    /// <summary>Host names, beside those of the loopback, that the door answers to; without a port.</summary>
    public IList<string> AllowedHosts { get; } = [];

    /// <summary>Tasks that one page of a list holds at most.</summary>
    [Range(1, 1000)]
    public int MaxPageSize { get; set; } = 200;

    /// <summary>Requests that one address may send at once, before the steady rate counts.</summary>
    [Range(1, 1_000_000)]
    public int RateBurst { get; set; } = 2000;

    /// <summary>Requests per second that one address may go on with.</summary>
    [Range(1, 100_000)]
    public int RatePerSecond { get; set; } = 200;

    /// <summary>How long <c>/api/v1/link</c> waits for a torrent that is not known yet; many bots give up after 10 s, some after 8.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan LinkWait { get; set; } = TimeSpan.FromSeconds(7);
}
