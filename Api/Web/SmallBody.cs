using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.OpenApi;

namespace EventTorrent.Api.Web;

/// <summary>A JSON body of one property and nothing else, as what is not known can't be done.</summary>
/// <param name="property">Its name.</param>
/// <param name="schema">For OpenAPI: the body is read by hand.</param>
/// <param name="invalid">What is answered to any other body.</param>
/// <param name="read">Takes the value, if it is a valid one.</param>
internal sealed class SmallBody<T>(string property, OpenApiSchema schema, ProblemHttpResult invalid, SmallBody<T>.Reader read)
    where T : notnull
{
    public const int MaxBodyBytes = 1024;

    private static readonly ProblemHttpResult UnknownType = Problems.Of(
        StatusCodes.Status415UnsupportedMediaType, "unsupported-media-type", "Send application/json.");

    public delegate bool Reader(JsonElement json, [NotNullWhen(true)] out T? value);

    /// <returns>The value, or why there is none.</returns>
    public async Task<(T? Value, ProblemHttpResult? Problem)> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (!request.HasJsonContentType())
        {
            return (default, UnknownType);
        }

        try
        {
            using var body = await JsonDocument.ParseAsync(request.Body, new JsonDocumentOptions { MaxDepth = 4 }, cancellationToken);
            return TryRead(body.RootElement, out var value) ? (value, null) : (default, invalid);
        }
        catch (Exception failure) when (failure is JsonException or IOException or InvalidOperationException)
        {
            // The last is what half a surrogate pair in a string gives.
            return (default, invalid);
        }
    }

    public OpenApiRequestBody Describe() => new()
    {
        Required = true,
        Content = new Dictionary<string, OpenApiMediaType>
        {
            ["application/json"] = new()
            {
                Schema = new OpenApiSchema
                {
                    Type = JsonSchemaType.Object,
                    Required = new HashSet<string> { property },
                    Properties = new Dictionary<string, IOpenApiSchema> { [property] = schema },
                },
            },
        },
    };

    private bool TryRead(JsonElement body, [NotNullWhen(true)] out T? value)
    {
        value = default;
        return body.ValueKind == JsonValueKind.Object
            && body.EnumerateObject().ToList() is [var only] && only.NameEquals(property) && read(only.Value, out value);
    }
}
