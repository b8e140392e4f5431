using System.Globalization;
using System.Text.Json.Nodes;
using EventTorrent.Api.Tasks;
using EventTorrent.Api.Web.Documents;
using EventTorrent.Contracts;
using Microsoft.OpenApi;

namespace EventTorrent.Api.Web;

/// <summary>Describes POST /tasks/ for OpenAPI: its body is read by hand, in three content types.</summary>
internal static class SubmissionDescription
{
    public const string ExampleInfohash = "c334138ef5bfc2d568ea7324e0e2a3a7ec229bdd";

    public static RouteHandlerBuilder DescribeSubmission(this RouteHandlerBuilder endpoint) => endpoint
        .WithSummary("Submit a torrent")
        .WithDescription(
            "Exactly one of infohash, magnet and torrent_file, or infohash and torrent_file of the same torrent. " +
            "A torrent that is known already is answered with 200: its trackers, peers and wishes are widened, and a failed one starts again.")
        .Produces<TaskDetail>(StatusCodes.Status201Created)
        .Produces<TaskDetail>()
        .Refuses(
            StatusCodes.Status400BadRequest, "missing-source", "ambiguous-source", "invalid-infohash", "invalid-magnet", "invalid-torrent", "infohash-mismatch",
            "invalid-want", "invalid-shots", "invalid-files", "invalid-verification", "invalid-priority", "invalid-webhook", "webhooks-off", "repeated-field",
            "unreadable-body")
        .Refuses(StatusCodes.Status413PayloadTooLarge, "too-large")
        .Refuses(StatusCodes.Status415UnsupportedMediaType, "unsupported-media-type")
        .AddOpenApiOperationTransformer((operation, _, _) =>
        {
            operation.RequestBody = new OpenApiRequestBody
            {
                Required = true,
                Content = new Dictionary<string, OpenApiMediaType>
                {
                    ["multipart/form-data"] = Body("binary"),
                    ["application/x-www-form-urlencoded"] = Body(null),
                    ["application/json"] = Body("byte"),
                },
            };
            return Task.CompletedTask;
        });

    public static RouteHandlerBuilder DescribeTorrentFile(this RouteHandlerBuilder endpoint) => endpoint
        .WithSummary("List the files of a torrent before it is submitted")
        .WithDescription(
            "Nothing is kept. Each file has the index that the field files of a submission takes, and says whether it is worked on when that is left out. " +
            $"Of a torrent with more than {Limits.FilesInMessage} files the largest are listed, videos first: no other is ever worked on.")
        .Produces<TorrentFilesView>()
        .Refuses(StatusCodes.Status400BadRequest, "missing-source", "invalid-torrent", "repeated-field", "unreadable-body")
        .Refuses(StatusCodes.Status413PayloadTooLarge, "too-large")
        .Refuses(StatusCodes.Status415UnsupportedMediaType, "unsupported-media-type")
        .AddOpenApiOperationTransformer((operation, _, _) =>
        {
            operation.RequestBody = new OpenApiRequestBody
            {
                Required = true,
                Content = new Dictionary<string, OpenApiMediaType> { ["multipart/form-data"] = FileBody("binary"), ["application/json"] = FileBody("byte") },
            };
            return Task.CompletedTask;
        });

    private static OpenApiMediaType FileBody(string fileFormat) => new()
    {
        Schema = new OpenApiSchema
        {
            Type = JsonSchemaType.Object,
            Properties = new Dictionary<string, IOpenApiSchema> { ["torrent_file"] = TorrentFile(fileFormat) },
        },
    };

    private static OpenApiSchema TorrentFile(string fileFormat) => new()
    {
        Type = JsonSchemaType.String,
        Format = fileFormat,
        Description = $"A .torrent file of at most {TorrentDescriptor.MaxLengthBytes} bytes{(fileFormat == "byte" ? ", in base64" : "")}.",
    };

    public static OpenApiMediaType Body(string? fileFormat)
    {
        var properties = new Dictionary<string, IOpenApiSchema>
        {
            ["infohash"] = Text("40 hex digits (v1), 32 base32 digits (v1) or 64 hex digits (v2)."),
            ["magnet"] = Text($"A magnet link of at most {MagnetLink.MaxLength} characters."),
            ["want"] = Choice("What to make of it; metadata: nothing yet, its files are to be chosen from.", "screenshots", "stream", "screenshots,stream", "metadata"),
            ["shots"] = Number("Pictures of each video file.", 1, Limits.MaxShots, 10),
            ["files"] = Text("File indexes with commas between them; left out: every video of at least 5 % of the largest."),
            ["verification"] = Choice("How far bytes must be proven before a picture is made of them.", "blocks", "two_peers", "pieces"),
            ["priority"] = Number("Higher first.", -100, 100, 0),
            ["webhook"] = Text("An http or https address that is told of what happens (docs/rest.md): screenshots.ready, task.completed, task.playable, task.failed."),
        };
        if (fileFormat is not null)
        {
            properties["torrent_file"] = TorrentFile(fileFormat);
        }

        return new OpenApiMediaType
        {
            Schema = new OpenApiSchema { Type = JsonSchemaType.Object, Properties = properties },
            Example = new JsonObject { ["infohash"] = ExampleInfohash, ["shots"] = 10 },
        };
    }

    private static OpenApiSchema Text(string description) => new() { Type = JsonSchemaType.String, Description = description };

    private static OpenApiSchema Number(string description, int min, int max, int standard) => new()
    {
        Type = JsonSchemaType.Integer,
        Description = description,
        Minimum = min.ToString(CultureInfo.InvariantCulture),
        Maximum = max.ToString(CultureInfo.InvariantCulture),
        Default = standard,
    };

    private static OpenApiSchema Choice(string description, params string[] values) => new()
    {
        Type = JsonSchemaType.String,
        Description = description,
        Enum = [.. values.Select(value => JsonValue.Create(value))],
        Default = values[0],
    };
}
