using System.ComponentModel.DataAnnotations;

namespace EventTorrent.Api.Playback;

/// <summary>How viewers come to streams. Section <c>Playback</c>.</summary>
public sealed class PlaybackOptions : IValidatableObject
{
    public const string Section = "Playback";

    private const int MaxKeys = 16;
    private const string PublicFile = "public.json";
    private const string DefaultDirectory = "tickets";

    /// <summary>
    /// Holds the private keys of tickets as <c>*.pem</c> (EC, P-256), and the public ones of all as <c>public.json</c> for
    /// nodes on this machine; <c>tickets</c> in the data directory when it is not said. Without a key in it the first is made.
    /// </summary>
    public string? KeyDirectory { get; set; }

    /// <summary>Private keys as PEM texts instead, such as from a store of secrets; the first signs, all are published.</summary>
    public IList<string> Keys { get; } = [];

    /// <summary>Name of the file whose key signs; the last by name when it is not said.</summary>
    public string? CurrentKey { get; set; }

    /// <summary>How long a ticket is good; nodes take none for more than 10 minutes.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "00:10:00")]
    public TimeSpan TicketLifetime { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Where pages find the hub of Signaling: an address of its own, or a path of this server.</summary>
    [Required]
    public string SignalingUrl { get; set; } = "/hubs/signaling";

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!SignalingUrl.StartsWith('/') && SignalingOrigin is null)
        {
            yield return new ValidationResult("an http or https address, or a path that begins with '/'.", [nameof(SignalingUrl)]);
        }

        if (Keys.Count > MaxKeys)
        {
            yield return new ValidationResult($"at most {MaxKeys} keys.", [nameof(Keys)]);
        }
    }

    /// <summary>Where the keys are.</summary>
    public string DirectoryIn(string dataDirectory) => Path.GetFullPath(KeyDirectory ?? Path.Combine(dataDirectory, DefaultDirectory));

    /// <summary>Where a node on this machine finds the public ones.</summary>
    public string PublicKeysIn(string dataDirectory) => Path.Combine(DirectoryIn(dataDirectory), PublicFile);

    /// <summary>The origin of the hub when it is not this server's.</summary>
    internal Uri? SignalingOrigin =>
        !SignalingUrl.StartsWith('/') && Uri.TryCreate(SignalingUrl, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" ? uri : null;
}
