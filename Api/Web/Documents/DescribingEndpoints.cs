namespace EventTorrent.Api.Web.Documents;

/// <summary>What endpoints say of themselves for the document of the API.</summary>
internal static class DescribingEndpoints
{
    /// <param name="types">The last part of the type of each problem that this status may have.</param>
    public static T Refuses<T>(this T endpoint, int status, params string[] types) where T : IEndpointConventionBuilder =>
        endpoint.ProducesProblem(status).WithMetadata(new ProblemTypes(status, types));

    /// <summary>Refuses infohashes that are none, and those without a task.</summary>
    public static T RefusesUnknownTasks<T>(this T endpoint) where T : IEndpointConventionBuilder => endpoint
        .Refuses(StatusCodes.Status400BadRequest, "invalid-infohash")
        .Refuses(StatusCodes.Status404NotFound, "unknown-task");

    public static T Reads<T>(this T endpoint, string word, bool required = false) where T : IEndpointConventionBuilder =>
        endpoint.WithMetadata(new QueryWord(word, required));
}
