using System.Security.Claims;
using EventTorrent.Storage.Model;

namespace EventTorrent.Api.Access;

/// <summary>Who asks.</summary>
/// <param name="KeyId">The key that was shown, or null at a door that stands open.</param>
/// <param name="SessionId">The session that stood for the key, or null when the key itself was shown.</param>
/// <param name="Name">What a person calls the key.</param>
internal sealed record Visitor(string? KeyId, string? SessionId, string Name, AccessRole Role, DateTimeOffset? ExpiresAt = null)
{
    private const string KeyClaim = "key";
    private const string SessionClaim = "session";
    private const string ExpiryClaim = "expires";

    /// <summary>Whoever comes to a door that stands open.</summary>
    public static readonly Visitor Anybody = new(null, null, "", AccessRole.Admin);

    /// <summary>Who asks, once authorization has let them in.</summary>
    public static Visitor Of(ClaimsPrincipal user) => new(
        user.FindFirstValue(KeyClaim), user.FindFirstValue(SessionClaim), user.FindFirstValue(ClaimTypes.Name) ?? "",
        Enum.Parse<AccessRole>(user.FindFirstValue(ClaimTypes.Role)!),
        user.FindFirstValue(ExpiryClaim) is { } expires ? DateTimeOffset.Parse(expires, System.Globalization.CultureInfo.InvariantCulture) : null);

    public ClaimsPrincipal ToPrincipal()
    {
        var identity = new ClaimsIdentity(KeyAuthentication.Scheme);
        identity.AddClaim(new Claim(ClaimTypes.Name, Name));
        identity.AddClaim(new Claim(ClaimTypes.Role, Role.ToString()));
        foreach (var (type, value) in new[] { (KeyClaim, KeyId), (SessionClaim, SessionId), (ExpiryClaim, ExpiresAt?.ToString("O")) })
        {
            if (value is not null)
            {
                identity.AddClaim(new Claim(type, value));
            }
        }

        return new ClaimsPrincipal(identity);
    }
}
