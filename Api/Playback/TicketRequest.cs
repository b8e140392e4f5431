using System.Text.Json;
using System.Text.RegularExpressions;
using EventTorrent.Api.Web;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.OpenApi;

namespace EventTorrent.Api.Playback;

/// <summary>Reads the body of a request for a ticket: an object with the fingerprint of a certificate and nothing else.</summary>
internal static partial class TicketRequest
{
    public const int MaxBodyBytes = 1024;

    private static readonly ProblemHttpResult Invalid = Problems.BadRequest(
        "invalid-ticket-request", """The body is {"dtls": "..."} with the SHA-256 fingerprint of the viewer's DTLS certificate: 64 lower-case hex digits without colons.""");

    private static readonly ProblemHttpResult UnknownType = Problems.Of(
        StatusCodes.Status415UnsupportedMediaType, "unsupported-media-type", "Send application/json.");

    public static async Task<(string Dtls, ProblemHttpResult? Problem)> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (!request.HasJsonContentType())
        {
            return ("", UnknownType);
        }

        try
        {
            using var body = await JsonDocument.ParseAsync(request.Body, new JsonDocumentOptions { MaxDepth = 4 }, cancellationToken);
            return Read(body.RootElement) is { } dtls ? (dtls, null) : ("", Invalid);
        }
        catch (Exception failure) when (failure is JsonException or IOException or InvalidOperationException)
        {
            return ("", Invalid);
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
                    Required = new HashSet<string> { "dtls" },
                    Properties = new Dictionary<string, IOpenApiSchema>
                    {
                        ["dtls"] = new OpenApiSchema { Type = JsonSchemaType.String, Pattern = "^[0-9a-f]{64}$" },
                    },
                },
            },
        },
    };

    private static string? Read(JsonElement body) =>
        body.ValueKind == JsonValueKind.Object
        && body.EnumerateObject().ToList() is [{ Name: "dtls", Value: { ValueKind: JsonValueKind.String } value }]
        && value.GetString() is { } dtls && Fingerprint().IsMatch(dtls)
            ? dtls
            : null;

    [GeneratedRegex(@"\A[0-9a-f]{64}\z")]
    private static partial Regex Fingerprint();
}
