using EventTorrent.Api.Web;
using EventTorrent.Api.Web.Documents;
using EventTorrent.Storage;
using EventTorrent.Storage.Model;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace EventTorrent.Api.Access;

/// <summary>Keys: list, make, revoke. Where there is a key at all, there is always one that may do this.</summary>
internal static partial class KeyEndpoints
{
    public static IEndpointRouteBuilder MapKeys(this IEndpointRouteBuilder routes)
    {
        var keys = routes.MapGroup("/keys").WithTags("Access").Needs(AccessRole.Admin);
        keys.MapGet("/", ListAsync)
            .WithSummary("List the keys")
            .WithDescription("The newest first. A key that was revoked is listed for 90 days. The key of the configuration is not among them.");
        keys.MapPost("/", CreateAsync)
            .WithSummary("Make a key")
            .WithDescription("Its text is in this answer and never shown again. The first key must be an admin's; from then on every request needs one.")
            .AddOpenApiOperationTransformer((operation, _, _) =>
            {
                operation.RequestBody = KeyRequest.Body.Describe();
                return Task.CompletedTask;
            })
            .WithMetadata(new RequestSizeLimitAttribute(SmallBody<KeyRequest>.MaxBodyBytes))
            .Refuses(StatusCodes.Status400BadRequest, "invalid-key-request")
            .Refuses(StatusCodes.Status409Conflict, "no-admin-key", "too-many-keys")
            .Refuses(StatusCodes.Status415UnsupportedMediaType, "unsupported-media-type");
        keys.MapDelete("/{id}", RevokeAsync)
            .WithSummary("Revoke a key, and end its sessions")
            .WithDescription("It opens nothing from now on; another Api on the same database knows within 5 s.")
            .Refuses(StatusCodes.Status404NotFound, "unknown-key")
            .Refuses(StatusCodes.Status409Conflict, "last-admin-key");
        return routes;
    }

    private static async Task<Ok<List<KeyView>>> ListAsync(AccessStore store, HttpContext context, CancellationToken cancellationToken)
    {
        context.Response.Headers.CacheControl = "no-store";
        var keys = await store.ListAsync(cancellationToken);
        return TypedResults.Ok(keys.ConvertAll(key => new KeyView(key.Id, key.Name, key.Role.ToText(), key.CreatedAt, key.LastUsedAt, key.RevokedAt)));
    }

    private static async Task<Results<Created<NewKeyView>, ProblemHttpResult>> CreateAsync(
        HttpContext context, KeyRing keys, AccessStore store, ILogger<KeyRing> logger, CancellationToken cancellationToken)
    {
        var (request, problem) = await KeyRequest.Body.ReadAsync(context.Request, cancellationToken);
        if (problem is not null)
        {
            return problem;
        }

        if (request!.Role != AccessRole.Admin && !(await keys.ReadAgainAsync(cancellationToken)).HasAdmin)
        {
            return Problems.Conflict("no-admin-key", "Nobody could make or revoke a key after this: make one of the role admin first.");
        }

        if (await store.CreateAsync(request.Name, request.Role, cancellationToken) is not var (key, secret))
        {
            return Problems.Conflict("too-many-keys", $"There are {AccessStore.MaxKeys} keys: revoke some.");
        }

        await keys.ReadAgainAsync(cancellationToken);
        LogMade(logger, key.Id, key.Role, Visitor.Of(context.User).KeyId ?? "nobody");
        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.Created($"/keys/{key.Id}", new NewKeyView(key.Id, key.Name, key.Role.ToText(), key.CreatedAt, secret.Reveal()));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> RevokeAsync(
        string id, HttpContext context, KeyRing keys, AccessStore store, ILogger<KeyRing> logger, CancellationToken cancellationToken)
    {
        if ((await keys.ReadAgainAsync(cancellationToken)).IsLastAdmin(id))
        {
            return Problems.Conflict("last-admin-key", "Nobody could make or revoke a key after this: make another one of the role admin first, or revoke all others.");
        }

        if (!await store.RevokeAsync(id, cancellationToken))
        {
            return Problems.NotFound("unknown-key", "There is no such key.");
        }

        await keys.ReadAgainAsync(cancellationToken);
        LogRevoked(logger, id, Visitor.Of(context.User).KeyId ?? "nobody");
        return TypedResults.NoContent();
    }

    [LoggerMessage(7242, LogLevel.Information, "Key {Id} ({Role}) was made with key {By}")]
    private static partial void LogMade(ILogger logger, string id, AccessRole role, string by);

    [LoggerMessage(7243, LogLevel.Information, "Key {Id} was revoked with key {By}")]
    private static partial void LogRevoked(ILogger logger, string id, string by);
}
