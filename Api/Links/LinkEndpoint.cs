using EventTorrent.Api.Access;
using EventTorrent.Api.Submissions;
using EventTorrent.Api.Web.Documents;
using EventTorrent.Hosting.Webhooks;
using EventTorrent.Storage.Model;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace EventTorrent.Api.Links;

/// <summary>What preview bots ask: one address, one answer.</summary>
internal static class LinkEndpoint
{
    /// <summary>It may start work, so that pages of other sites must not make a browser ask it.</summary>
    public const string Path = "/api/v1/link";

    public static IEndpointRouteBuilder MapLink(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(Path, AnswerAsync).Needs(AccessRole.Submitter)
            .WithTags("Links")
            .WithSummary("Preview a magnet link")
            .WithDescription("url is a magnet link or an infohash. A torrent that is not known is submitted, and waited for a little; error says so when it is not ready.")
            .Reads("url", required: true)
            .Produces<LinkView>().Produces<LinkView>(StatusCodes.Status400BadRequest);
        return routes;
    }

    private static async Task<IResult> AnswerAsync(HttpContext context, LinkService links, IOptions<WebhookOptions> webhooks, CancellationToken cancellationToken)
    {
        if (context.Request.Query["url"] is not [{ Length: > 0 } url])
        {
            return Refuse("url is missing: a magnet link or an infohash.");
        }

        var fields = url.StartsWith("magnet:", StringComparison.OrdinalIgnoreCase) ? new SubmissionFields { Magnet = url } : new SubmissionFields { Infohash = url };
        var (submission, problem) = SubmissionParser.Parse(fields, webhooks.Value);
        return submission is null
            ? Refuse(problem!.ProblemDetails.Detail ?? "url is no magnet link and no infohash.")
            : TypedResults.Ok(await links.AnswerAsync(submission, $"{context.Request.Scheme}://{context.Request.Host}", cancellationToken));
    }

    /// <summary>Bots read the error where they read all else.</summary>
    private static JsonHttpResult<LinkView> Refuse(string error) => TypedResults.Json(LinkView.Refused(error), statusCode: StatusCodes.Status400BadRequest);
}
