using Microsoft.AspNetCore.Http.HttpResults;

namespace EventTorrent.Api.Web;

/// <summary>Errors as RFC 9457 problems. The types are part of the API and never change.</summary>
internal static class Problems
{
    private const string Prefix = "urn:eventtorrent:error:";

    public static ProblemHttpResult BadRequest(string type, string detail) => Of(StatusCodes.Status400BadRequest, type, detail);

    public static ProblemHttpResult NotFound(string type, string detail) => Of(StatusCodes.Status404NotFound, type, detail);

    public static ProblemHttpResult Conflict(string type, string detail) => Of(StatusCodes.Status409Conflict, type, detail);

    public static ProblemHttpResult Of(int status, string type, string detail) =>
        TypedResults.Problem(detail, statusCode: status, type: Prefix + type);
}
