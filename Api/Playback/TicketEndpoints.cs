using EventTorrent.Api.Access;
using EventTorrent.Api.Web;
using EventTorrent.Api.Web.Documents;
using EventTorrent.Contracts;
using EventTorrent.Storage.Model;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace EventTorrent.Api.Playback;

/// <summary>Tickets for viewers, and for nodes the keys to check them.</summary>
internal static class TicketEndpoints
{
    /// <summary>New keys should come to nodes that ask now and then before they sign.</summary>
    private const string KeysCacheControl = "public, max-age=60";

    public static IEndpointRouteBuilder MapTickets(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/tasks/{infohash}/ticket", IssueAsync).WithTags("Playback").Needs(AccessRole.Viewer)
            .WithSummary("Get a ticket to watch a task, and what a viewer needs to begin")
            .WithDescription("It is for one DTLS certificate and at most 10 minutes. Ask again before it is over; the same certificate is the same viewer.")
            .AddOpenApiOperationTransformer((operation, _, _) =>
            {
                operation.RequestBody = TicketRequest.Body.Describe();
                return Task.CompletedTask;
            })
            .WithMetadata(new RequestSizeLimitAttribute(SmallBody<string>.MaxBodyBytes))
            .RefusesUnknownTasks()
            .Refuses(StatusCodes.Status400BadRequest, "invalid-ticket-request")
            .Refuses(StatusCodes.Status409Conflict, "not-playable")
            .Refuses(StatusCodes.Status415UnsupportedMediaType, "unsupported-media-type");
        routes.MapGet("/tickets/keys.json", Keys).WithTags("Playback").AllowAnonymous()
            .WithSummary("Get the public keys of tickets, as nodes take them (RFC 7517)")
            .WithDescription("A new key is here a while before anything is signed with it; ask again every minute.");
        return routes;
    }

    private static async Task<Results<Ok<TicketView>, ProblemHttpResult>> IssueAsync(
        string infohash, HttpContext context, TicketService tickets, CancellationToken cancellationToken)
    {
        if (!Infohash.TryParse(infohash, out var parsed))
        {
            return RouteInfohash.Invalid;
        }

        var (dtls, problem) = await TicketRequest.Body.ReadAsync(context.Request, cancellationToken);
        if (problem is not null)
        {
            return problem;
        }

        (var ticket, problem) = await tickets.IssueAsync(parsed, dtls!, cancellationToken);
        if (ticket is null)
        {
            return problem!;
        }

        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(ticket);
    }

    private static Ok<PublicKeySetView> Keys(TicketKeys keys, HttpContext context)
    {
        context.Response.Headers.CacheControl = KeysCacheControl;
        return TypedResults.Ok(keys.Public);
    }
}
