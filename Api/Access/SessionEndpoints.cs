using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using EventTorrent.Api.Web;
using EventTorrent.Api.Web.Documents;
using EventTorrent.Storage;
using EventTorrent.Storage.Model;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using Microsoft.OpenApi;

namespace EventTorrent.Api.Access;

/// <summary>The login of the page.</summary>
internal static class SessionEndpoints
{
    private static readonly SmallBody<string> Body = new(
        "key",
        new OpenApiSchema { Type = JsonSchemaType.String },
        Problems.BadRequest("invalid-session-request", """The body is {"key": "..."} with a key."""),
        TryRead);

    public static IEndpointRouteBuilder MapSession(this IEndpointRouteBuilder routes)
    {
        var session = routes.MapGroup("/session").WithTags("Access");
        session.MapPost("/", BeginAsync).AllowAnonymous()
            .WithSummary("Begin a session with a key: a cookie, for pages")
            .WithDescription("The cookie is the session's, not the key: HttpOnly, SameSite=Strict, and Secure over HTTPS. It ends with the key.")
            .Produces<SessionView>()
            .AddOpenApiOperationTransformer((operation, _, _) =>
            {
                operation.RequestBody = Body.Describe();
                return Task.CompletedTask;
            })
            .WithMetadata(new RequestSizeLimitAttribute(SmallBody<string>.MaxBodyBytes))
            .Refuses(StatusCodes.Status400BadRequest, "invalid-session-request")
            .Refuses(StatusCodes.Status401Unauthorized, "unknown-key")
            .Refuses(StatusCodes.Status415UnsupportedMediaType, "unsupported-media-type")
            .Refuses(StatusCodes.Status429TooManyRequests, "too-many-wrong-keys");
        session.MapGet("/", Read).Needs(AccessRole.Viewer)
            .WithSummary("Say whose key or session this is, and what it may do")
            .WithDescription("While there is no key at all, everybody on this machine is an administrator.");
        session.MapDelete("/", EndAsync).AllowAnonymous()
            .WithSummary("End the session of the cookie")
            .WithDescription("Without one it does nothing.");
        return routes;
    }

    private static async Task<IResult> BeginAsync(
        HttpContext context, KeyRing keys, AccessStore store, WrongKeys wrong, IOptions<ApiOptions> options, CancellationToken cancellationToken)
    {
        var (key, problem) = await Body.ReadAsync(context.Request, cancellationToken);
        if (problem is not null)
        {
            return problem;
        }

        var (visitor, _) = await keys.FindAsync(ring => ring.FindKey(key!), cancellationToken);
        if (visitor is null)
        {
            if (wrong.TryCount(context))
            {
                return AccessProblems.UnknownKey;
            }

            await WrongKeys.RefuseAsync(context);
            return TypedResults.Empty;
        }

        var lifetime = options.Value.SessionLifetime;
        var (session, secret) = await store.BeginSessionAsync(visitor.KeyId!, lifetime, cancellationToken);
        await keys.ReadAgainAsync(cancellationToken);
        SessionCookie.Set(context, secret.Reveal(), lifetime);
        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(View(visitor with { ExpiresAt = session.ExpiresAt }));
    }

    private static Ok<SessionView> Read(HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(View(Visitor.Of(context.User)));
    }

    private static async Task<NoContent> EndAsync(HttpContext context, KeyRing keys, AccessStore store, TimeProvider time, CancellationToken cancellationToken)
    {
        if (SessionCookie.Read(context.Request) is { } text
            && (await keys.GetAsync(cancellationToken)).FindSession(text, time.GetUtcNow()) is { SessionId: { } session })
        {
            await store.EndSessionAsync(session, cancellationToken);
            await keys.ReadAgainAsync(cancellationToken);
        }

        SessionCookie.Clear(context);
        return TypedResults.NoContent();
    }

    private static SessionView View(Visitor visitor) => new(visitor.KeyId, visitor.Name, visitor.Role.ToText(), visitor.ExpiresAt);

    private static bool TryRead(JsonElement json, [NotNullWhen(true)] out string? key)
    {
        key = json.ValueKind == JsonValueKind.String ? json.GetString()?.Trim() : null;
        return key is { Length: > 0 and <= ConfiguredKey.MaxLength };
    }
}
