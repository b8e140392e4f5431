using System.ComponentModel.DataAnnotations;

namespace EventTorrent.Signaling;

/// <summary>How viewers and nodes meet. Section <c>Signaling</c>.</summary>
public sealed class SignalingOptions : IValidatableObject
{
    public const string Section = "Signaling";

    private const int MinKeyLength = 16;
    private const int MaxKeyLength = 256;
    private const int MinTurnSecretLength = 16;

    /// <summary>
    /// The key of the node of each volume: itself (16 to 256 printable characters), or <c>sha256:</c> and its SHA-256 in hex.
    /// Two of them with a space between while one takes the place of the other.
    /// </summary>
    public IDictionary<string, string> NodeKeys { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Origins of pages, beside this server's own, such as https://watch.example.org.</summary>
    public IList<string> AllowedOrigins { get; } = [];

    /// <summary>STUN and TURN servers for viewers and nodes alike, such as <c>stun:turn.example.org:3478</c>.</summary>
    public IList<string> IceServers { get; } = [];

    /// <summary>coturn's <c>static-auth-secret</c> (with <c>use-auth-secret</c>); needed for TURN servers.</summary>
    public string? TurnSecret { get; set; }

    /// <summary>
    /// The public keys of tickets: the file that nodes have, or the address where Api shows them
    /// (http://api/tickets/keys.json), which is asked every minute. With it nobody gets credentials for TURN, or reaches a
    /// node, by a ticket that none of them has signed.
    /// </summary>
    public string? TicketKeys { get; set; }

    /// <summary>How long the credentials for TURN are good.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "1.00:00:00")]
    public TimeSpan TurnLifetime { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Attempts of one viewer to connect, and its questions for servers, each.</summary>
    [Range(1, 10_000)]
    public int OffersPerMinute { get; set; } = 60;

    /// <summary>Attempts of all viewers behind one address.</summary>
    [Range(1, 1_000_000)]
    public int AddressOffersPerMinute { get; set; } = 600;

    /// <summary>Viewers behind one address that are connected to one process at once.</summary>
    [Range(1, 100_000)]
    public int MaxViewersPerAddress { get; set; } = 200;

    /// <summary>Viewers that are connected to one process at once.</summary>
    [Range(1, 1_000_000)]
    public int MaxViewers { get; set; } = 10_000;

    /// <summary><see cref="TicketKeys"/>, when it is no file.</summary>
    internal Uri? TicketKeysAddress =>
        Uri.TryCreate(TicketKeys, UriKind.Absolute, out var address) && address is { Scheme: "http" or "https", UserInfo: "" } ? address : null;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var (volume, keys) in NodeKeys)
        {
            if (!Shape.IsName(volume))
            {
                yield return Wrong(nameof(NodeKeys), "a volume has 1 to 64 letters, digits, '_' or '-'.");
            }

            if (NodeKeySet.Split(keys) is not { Length: > 0 } split || !split.All(IsKey))
            {
                yield return Wrong(
                    nameof(NodeKeys), $"a key has {MinKeyLength} to {MaxKeyLength} printable characters, or is \"sha256:\" and 64 hex digits.");
            }
        }

        if (AllowedOrigins.Any(origin => !Uri.TryCreate(origin, UriKind.Absolute, out var uri) || uri.GetLeftPart(UriPartial.Authority) != origin))
        {
            yield return Wrong(nameof(AllowedOrigins), "an origin is scheme, host and port, such as https://watch.example.org.");
        }

        if (IceServers.Count > Shape.MaxIceServers || !IceServers.All(Shape.IsIceUrl))
        {
            yield return Wrong(nameof(IceServers), $"at most {Shape.MaxIceServers} addresses that begin with stun:, turn: or turns:.");
        }

        if (IceServers.Any(IceServerList.IsTurn) && TurnSecret is not { Length: >= MinTurnSecretLength })
        {
            yield return Wrong(nameof(TurnSecret), $"TURN servers need the secret that coturn has, of at least {MinTurnSecretLength} characters.");
        }

        if (TicketKeys?.Contains("://", StringComparison.Ordinal) == true && TicketKeysAddress is null)
        {
            yield return Wrong(nameof(TicketKeys), "a file, or an http or https address without an account.");
        }
    }

    private static bool IsKey(string key) =>
        NodeKeySet.IsHashed(key) || (key.Length is >= MinKeyLength and <= MaxKeyLength && key.All(c => c is > ' ' and <= '~'));

    /// <summary>The value is never in it: it may be a secret.</summary>
    private static ValidationResult Wrong(string member, string what) => new($"{Section}:{member}: {what}", [member]);
}
