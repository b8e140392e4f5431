using EventTorrent.Api.Web;
using EventTorrent.Storage;
using EventTorrent.Storage.Model;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EventTorrent.Api.Access;

/// <summary>What is said to those who are not let in.</summary>
internal static class AccessProblems
{
    public static readonly ProblemHttpResult KeyNeeded = Problems.Of(
        StatusCodes.Status401Unauthorized, "key-needed",
        "Show a key: Authorization: Bearer KEY, or X-API-Key: KEY. ./run.sh keys create makes one on the machine of the service.");

    public static readonly ProblemHttpResult UnknownKey = Problems.Of(
        StatusCodes.Status401Unauthorized, "unknown-key", "There is no such key, or it was revoked.");

    public static ProblemHttpResult RoleTooLow(AccessRole needed) => Problems.Of(
        StatusCodes.Status403Forbidden, "role-too-low", $"This needs a key of the role {needed.ToText()}.");
}
