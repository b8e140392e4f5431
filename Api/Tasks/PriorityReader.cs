using System.Globalization;
using System.Text.Json;
using EventTorrent.Api.Submissions;
using EventTorrent.Api.Web;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.OpenApi;

namespace EventTorrent.Api.Tasks;

/// <summary>Reads the body of a PATCH: an object with a priority and nothing else, as what is not known can't be done.</summary>
internal static class PriorityReader
{
    public const int MaxBodyBytes = 1024;

    private static readonly ProblemHttpResult Invalid = Problems.BadRequest(
        "invalid-priority",
        $$"""The body is {"priority": n} with a whole number from {{-SubmissionParser.MaxPriority}} to {{SubmissionParser.MaxPriority}}.""");

    private static readonly ProblemHttpResult UnknownType = Problems.Of(
        StatusCodes.Status415UnsupportedMediaType, "unsupported-media-type", "Send application/json.");

    public static async Task<(int Priority, ProblemHttpResult? Problem)> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (!request.HasJsonContentType())
        {
            return (0, UnknownType);
        }

        try
        {
            using var body = await JsonDocument.ParseAsync(request.Body, new JsonDocumentOptions { MaxDepth = 4 }, cancellationToken);
            return Read(body.RootElement) is { } priority ? (priority, null) : (0, Invalid);
        }
        catch (Exception failure) when (failure is JsonException or IOException)
        {
            return (0, Invalid);
        }
    }

    /// <summary>For OpenAPI: the body is read by hand.</summary>
    public static OpenApiRequestBody Describe() => new()
    {
        Required = true,
        Content = new Dictionary<string, OpenApiMediaType>
        {
            ["application/json"] = new()
            {
                Schema = new OpenApiSchema
                {
                    Type = JsonSchemaType.Object,
                    Required = new HashSet<string> { "priority" },
                    Properties = new Dictionary<string, IOpenApiSchema>
                    {
                        ["priority"] = new OpenApiSchema
                        {
                            Type = JsonSchemaType.Integer,
                            Minimum = (-SubmissionParser.MaxPriority).ToString(CultureInfo.InvariantCulture),
                            Maximum = SubmissionParser.MaxPriority.ToString(CultureInfo.InvariantCulture),
                        },
                    },
                },
            },
        },
    };

    private static int? Read(JsonElement body) =>
        body.ValueKind == JsonValueKind.Object
        && body.EnumerateObject().ToList() is [{ Name: "priority", Value: { ValueKind: JsonValueKind.Number } value }]
        && value.TryGetInt32(out var priority) && Math.Abs((long)priority) <= SubmissionParser.MaxPriority
            ? priority
            : null;
}
