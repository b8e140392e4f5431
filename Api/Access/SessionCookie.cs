namespace EventTorrent.Api.Access;

/// <summary>
/// Carries a session. No script reads it, no other site's page makes a browser send it, and over HTTPS it goes nowhere else.
/// Whether an unsafe request with it was made by our own page is what <see cref="Web.OriginGuard"/> looks at.
/// </summary>
internal static class SessionCookie
{
    public const string Name = "eventtorrent-session";

    public static string? Read(HttpRequest request) => request.Cookies[Name] is { Length: > 0 } text ? text : null;

    public static void Set(HttpContext context, string text, TimeSpan lifetime) => context.Response.Cookies.Append(Name, text, Options(context, lifetime));

    public static void Clear(HttpContext context) => context.Response.Cookies.Delete(Name, Options(context, null));

    private static CookieOptions Options(HttpContext context, TimeSpan? lifetime) => new()
    {
        HttpOnly = true,
        IsEssential = true,
        MaxAge = lifetime,
        Path = "/",
        SameSite = SameSiteMode.Strict,
        Secure = context.Request.IsHttps,
    };
}
