using EventTorrent.Contracts;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EventTorrent.Api.Web;

/// <summary>The two answers about an infohash in an address that leads nowhere.</summary>
internal static class RouteInfohash
{
    public static readonly ProblemHttpResult Invalid = Problems.BadRequest(
        "invalid-infohash", "An infohash is 40 hex digits (v1), 32 base32 digits (v1) or 64 hex digits (v2).");

    public static ProblemHttpResult Unknown(Infohash infohash) => Problems.NotFound("unknown-task", $"There is no task {infohash}.");
}
