using System.Text.Json.Serialization;
using EventTorrent.Api.Web;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EventTorrent.Api.Batches;

/// <summary>What became of one line of a batch.</summary>
/// <param name="Line">Its place in the body, from 1; empty lines are counted and not answered.</param>
/// <param name="Status">What the line would have been answered alone: 201, 200, 400, 413 or 503.</param>
/// <param name="Infohash">Of the task, when the line was taken.</param>
/// <param name="Type">Of the problem, when it was not.</param>
/// <param name="Detail">One sentence for a person, when it was not.</param>
internal sealed record BatchAnswer(
    int Line,
    int Status,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Infohash = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Type = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Detail = null)
{
    public static BatchAnswer Refused(int line, ProblemHttpResult problem) =>
        new(line, problem.StatusCode, Type: problem.ProblemDetails.Type, Detail: problem.ProblemDetails.Detail);

    public static BatchAnswer Unavailable(int line) => Refused(line, Problems.Unavailable);
}
