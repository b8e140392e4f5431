using System.ComponentModel.DataAnnotations;
using EventTorrent.Api.Access;
using EventTorrent.Api.Web;

namespace EventTorrent.Api;

/// <summary>The door. Section <c>Api</c>.</summary>
public sealed class ApiOptions : IValidatableObject
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

    /// <summary>Requests that one key may send at once, from however many addresses.</summary>
    [Range(1, 1_000_000)]
    public int KeyRateBurst { get; set; } = 2000;

    /// <summary>Requests per second that one key may go on with.</summary>
    [Range(1, 100_000)]
    public int KeyRatePerSecond { get; set; } = 200;

    /// <summary>Wrong keys that one address may show; the next are refused with 429.</summary>
    [Range(1, 100_000)]
    public int WrongKeysPerMinute { get; set; } = 30;

    /// <summary>
    /// A key of the role admin beside those of the database, for the first login of a container: 32 to 256 printable characters,
    /// or <c>sha256:</c> and the SHA-256 of such a text in hex.
    /// </summary>
    public string? AdminKey { get; set; }

    /// <summary>How long a page that has logged in stays so.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "365.00:00:00")]
    public TimeSpan SessionLifetime { get; set; } = TimeSpan.FromDays(30);

    /// <summary>
    /// Addresses (10.0.0.5) and networks (10.0.0.0/8) of proxies: from them, and from nobody else, X-Forwarded-For and
    /// X-Forwarded-Proto are believed.
    /// </summary>
    public IList<string> TrustedProxies { get; } = [];

    /// <summary>How long <c>/api/v1/link</c> waits for a torrent that is not known yet; many bots give up after 10 s, some after 8.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan LinkWait { get; set; } = TimeSpan.FromSeconds(7);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (AdminKey is { Length: > 0 } key && !ConfiguredKey.IsValid(key))
        {
            yield return new ValidationResult(
                $"{ConfiguredKey.MinLength} to {ConfiguredKey.MaxLength} printable characters, or \"sha256:\" and 64 hex digits.", [nameof(AdminKey)]);
        }

        if (TrustedProxies.Any(proxy => !Proxies.TryParse(proxy, out _)))
        {
            yield return new ValidationResult("addresses and networks, such as 10.0.0.5 and 10.0.0.0/8.", [nameof(TrustedProxies)]);
        }
    }
}
