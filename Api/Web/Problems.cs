using Microsoft.AspNetCore.Http.HttpResults;

namespace EventTorrent.Api.Web;

/// <summary>Errors as RFC 9457 problems. The types are part of the API and never change.</summary>
internal static class Problems
{
    public const string Prefix = "urn:eventtorrent:error:";

    /// <summary>A database that restarts is back by then.</summary>
    private const string RetrySeconds = "5";

    /// <summary>The database is away or busy: the same request may be made again.</summary>
    public static ProblemHttpResult Unavailable { get; } = Of(
        StatusCodes.Status503ServiceUnavailable, "unavailable", "The database does not answer just now: ask again.");

    public static ProblemHttpResult BadRequest(string type, string detail) => Of(StatusCodes.Status400BadRequest, type, detail);

    public static ProblemHttpResult NotFound(string type, string detail) => Of(StatusCodes.Status404NotFound, type, detail);

    public static ProblemHttpResult Conflict(string type, string detail) => Of(StatusCodes.Status409Conflict, type, detail);

    public static ProblemHttpResult Of(int status, string type, string detail) =>
        TypedResults.Problem(detail, statusCode: status, type: Prefix + type);

    /// <summary>What the framework answers by itself gets a type of ours, too; and what is a matter of time says when to ask again.</summary>
    public static void Complete(ProblemDetailsContext context)
    {
        var problem = context.ProblemDetails;
        var status = problem.Status ?? context.HttpContext.Response.StatusCode;
        if (problem.Type?.StartsWith(Prefix, StringComparison.Ordinal) != true)
        {
            problem.Type = Prefix + status switch
            {
                StatusCodes.Status400BadRequest => "bad-request",
                StatusCodes.Status404NotFound => "not-found",
                StatusCodes.Status405MethodNotAllowed => "method-not-allowed",
                StatusCodes.Status413PayloadTooLarge => "too-large",
                StatusCodes.Status415UnsupportedMediaType => "unsupported-media-type",
                StatusCodes.Status500InternalServerError => "internal-error",
                StatusCodes.Status503ServiceUnavailable => "unavailable",
                _ => $"http-{status}",
            };
        }

        if (status == StatusCodes.Status503ServiceUnavailable && context.HttpContext.Response.Headers.RetryAfter.Count == 0)
        {
            context.HttpContext.Response.Headers.RetryAfter = RetrySeconds;
        }
    }
}
