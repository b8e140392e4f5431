using System.Text.Encodings.Web;
using EventTorrent.Storage.Model;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;

namespace EventTorrent.Api.Access;

/// <summary>
/// Whose key a request shows: <c>Authorization: Bearer</c>, <c>X-API-Key</c>, or the cookie of a session. What is open to all
/// (health, above all) is not asked, so that it depends on no database.
/// </summary>
internal sealed class KeyAuthentication(
    KeyRing keys, OpenDoor door, WrongKeys wrong, TimeProvider time,
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public new const string Scheme = "Key";

    public const string KeyHeader = "X-API-Key";

    private const string Bearer = "Bearer ";

    private bool _isWrong;
    private bool _isTooMuch;

    /// <summary>Whether a key itself is shown: then the cookie does not count.</summary>
    public static bool HasKey(HttpRequest request) => KeyOf(request) is not null;

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (Context.GetEndpoint()?.Metadata.GetMetadata<IAllowAnonymous>() is not null)
        {
            return AuthenticateResult.NoResult();
        }

        var key = KeyOf(Request);
        var session = key is null ? SessionCookie.Read(Request) : null;
        var (visitor, ring) = await keys.FindAsync(
            ring => key is not null ? ring.FindKey(key) : session is not null ? ring.FindSession(session, time.GetUtcNow()) : null, Context.RequestAborted);
        // An old key or cookie is no reason to be sent away from a door that stands open.
        if ((visitor ?? (door.IsOpenTo(Context, ring) ? Visitor.Anybody : null)) is { } welcome)
        {
            return AuthenticateResult.Success(new AuthenticationTicket(welcome.ToPrincipal(), Scheme));
        }

        _isWrong = key is not null;
        _isTooMuch = _isWrong && !wrong.TryCount(Context);
        return AuthenticateResult.NoResult();
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        if (_isTooMuch)
        {
            return WrongKeys.RefuseAsync(Context);
        }

        Response.Headers.WWWAuthenticate = "Bearer realm=\"EventTorrent\"";
        return (_isWrong ? AccessProblems.UnknownKey : AccessProblems.KeyNeeded).ExecuteAsync(Context);
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties)
    {
        var needed = (Context.GetEndpoint()?.Metadata.GetOrderedMetadata<IAuthorizeData>() ?? [])
            .Select(data => Enum.TryParse<AccessRole>(data.Policy, out var role) ? role : AccessRole.Viewer).DefaultIfEmpty(AccessRole.Admin).Max();
        return AccessProblems.RoleTooLow(needed).ExecuteAsync(Context);
    }

    private static string? KeyOf(HttpRequest request)
    {
        var authorization = request.Headers.Authorization.ToString();
        return authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) ? authorization[Bearer.Length..].Trim()
            : authorization.Length > 0 ? authorization
            : request.Headers[KeyHeader] is [{ Length: > 0 } key, ..] ? key.Trim()
            : null;
    }
}
