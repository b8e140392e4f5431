using System.Globalization;
using System.Text.Json.Nodes;
using EventTorrent.Api.Pictures;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.OpenApi;

namespace EventTorrent.Api.Web.Documents;

/// <summary>The OpenAPI document: what the framework finds out by itself, and beside it what every word and every refusal means.</summary>
internal static class ApiDocument
{
    public const string Name = "v1";

    private const string ProblemJson = "application/problem+json";

    public static IServiceCollection AddApiDocument(this IServiceCollection services) => services.AddOpenApi(Name, options =>
    {
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo
            {
                Title = "EventTorrent",
                Version = Name,
                Description =
                    "From an infohash, a magnet link or a .torrent file to screenshots and a stream. Errors are problems (RFC 9457) with a stable type; " +
                    "instants are UTC; names come from torrents and are untrusted text.",
            };
            // Where it is asked for is where it is.
            document.Servers = [];
            return Task.CompletedTask;
        });
        options.AddOperationTransformer((operation, context, _) =>
        {
            Describe(operation, context.Description.ActionDescriptor.EndpointMetadata);
            return Task.CompletedTask;
        });
        options.AddSchemaTransformer((schema, context, _) =>
        {
            if (context.JsonPropertyInfo is { } property && Word.Find(property.Name) is { } word)
            {
                schema.Description ??= word.Description;
                schema.Examples ??= [word.Example.DeepClone()];
            }

            return Task.CompletedTask;
        });
    });

    private static void Describe(OpenApiOperation operation, IList<object> metadata)
    {
        operation.Parameters ??= [];
        foreach (var read in metadata.OfType<QueryWord>())
        {
            operation.Parameters.Add(new OpenApiParameter { Name = read.Name, In = ParameterLocation.Query, Required = read.Required, Schema = Word.Find(read.Name)?.Schema() });
        }

        foreach (var parameter in operation.Parameters.OfType<OpenApiParameter>())
        {
            if (Word.Find(parameter.Name) is { } word)
            {
                parameter.Description ??= word.Description;
                parameter.Example ??= word.Example.DeepClone();
            }
        }

        foreach (var refusals in metadata.OfType<ProblemTypes>().GroupBy(problem => problem.Status))
        {
            string[] types = [.. refusals.SelectMany(problem => problem.Types).Distinct()];
            if (operation.Responses?.GetValueOrDefault(Text(refusals.Key)) is OpenApiResponse response)
            {
                response.Description = $"Types of the problem: {string.Join(", ", types.Select(type => Problems.Prefix + type))}.";
                if (response.Content?.TryGetValue(ProblemJson, out var problem) == true)
                {
                    problem.Example = Example(refusals.Key, types[0]);
                }
            }
        }

        foreach (var picture in operation.Responses?.Values.Select(Picture).OfType<OpenApiMediaType>() ?? [])
        {
            // As it is, and not in base64.
            picture.Schema = new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" };
        }
    }

    private static OpenApiMediaType? Picture(IOpenApiResponse response) =>
        response.Content?.TryGetValue(PictureStore.ContentType, out var picture) == true ? picture : null;

    private static JsonObject Example(int status, string type) => new()
    {
        ["type"] = Problems.Prefix + type,
        ["title"] = ReasonPhrases.GetReasonPhrase(status),
        ["status"] = status,
        ["detail"] = "One sentence for a person.",
    };

    private static string Text(int status) => status.ToString(CultureInfo.InvariantCulture);
}
