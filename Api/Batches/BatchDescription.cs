using System.Text.Json.Nodes;
using EventTorrent.Api.Web;
using EventTorrent.Api.Web.Documents;
using Microsoft.OpenApi;

namespace EventTorrent.Api.Batches;

/// <summary>Describes POST /tasks/batch for OpenAPI: its body and its answer are lines.</summary>
internal static class BatchDescription
{
    public static RouteHandlerBuilder DescribeBatch(this RouteHandlerBuilder endpoint) => endpoint
        .WithTags("Tasks")
        .WithSummary("Submit many torrents")
        .WithDescription(
            $"One JSON object on each line (NDJSON), as POST /tasks/ takes it, at most {BatchReader.MaxLines} lines of {BatchReader.MaxLineBytes} bytes and " +
            $"{BatchEndpoint.MaxBodyBytes} bytes together. Each is answered by a line: its number, the status that it would have had alone, and the infohash or the problem. " +
            "A line that is refused does not touch the others. Answers come while lines are sent.")
        .Produces<BatchAnswer>(StatusCodes.Status200OK, BatchEndpoint.ContentType)
        .Refuses(StatusCodes.Status413PayloadTooLarge, "too-large")
        .Refuses(StatusCodes.Status415UnsupportedMediaType, "unsupported-media-type")
        .AddOpenApiOperationTransformer((operation, _, _) =>
        {
            operation.RequestBody = new OpenApiRequestBody
            {
                Required = true,
                Content = new Dictionary<string, OpenApiMediaType> { [BatchEndpoint.ContentType] = SubmissionDescription.Body("byte") },
            };
            operation.Responses!["200"].Content![BatchEndpoint.ContentType].Example = new JsonObject
            {
                ["line"] = 1, ["status"] = StatusCodes.Status201Created, ["infohash"] = SubmissionDescription.ExampleInfohash,
            };
            return Task.CompletedTask;
        });
}
