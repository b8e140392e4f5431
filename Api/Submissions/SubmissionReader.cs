using System.Text.Json;
using EventTorrent.Api.Web;
using EventTorrent.Contracts;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EventTorrent.Api.Submissions;

/// <summary>Reads the body of a POST in any of its content types: multipart form, urlencoded form, JSON.</summary>
internal static class SubmissionReader
{
    private static readonly ProblemHttpResult TooLarge = Problems.Of(
        StatusCodes.Status413PayloadTooLarge, "too-large", $"A torrent file has at most {TorrentDescriptor.MaxLengthBytes} bytes.");

    private static readonly ProblemHttpResult Unreadable = Problems.BadRequest("unreadable-body", "The body can't be read as what its content type says.");

    private static readonly ProblemHttpResult UnknownType = Problems.Of(
        StatusCodes.Status415UnsupportedMediaType, "unsupported-media-type",
        "Send multipart/form-data, application/x-www-form-urlencoded or application/json.");

    private static readonly JsonDocumentOptions Json = new() { MaxDepth = 8 };

    public static async Task<(SubmissionFields? Fields, ProblemHttpResult? Problem)> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        try
        {
            if (request.HasFormContentType)
            {
                return await ReadFormAsync(request, cancellationToken);
            }

            return request.HasJsonContentType() ? await ReadJsonAsync(request, cancellationToken) : (null, UnknownType);
        }
        catch (BadHttpRequestException failure) when (failure.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return (null, TooLarge);
        }
        catch (Exception failure) when (failure is InvalidDataException or BadHttpRequestException or JsonException or IOException)
        {
            return (null, Unreadable);
        }
    }

    private static async Task<(SubmissionFields?, ProblemHttpResult?)> ReadFormAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var form = await request.ReadFormAsync(cancellationToken);
        byte[]? torrent = null;
        if (form.Files["torrent_file"] is { } file)
        {
            if (file.Length > TorrentDescriptor.MaxLengthBytes)
            {
                return (null, TooLarge);
            }

            torrent = new byte[file.Length];
            await using var stream = file.OpenReadStream();
            await stream.ReadExactlyAsync(torrent, cancellationToken);
        }

        string[] names = ["infohash", "magnet", "want", "shots", "files", "verification", "priority", "webhook"];
        if (names.FirstOrDefault(name => form[name].Count > 1) is { } twice)
        {
            return (null, Problems.BadRequest("repeated-field", $"{twice} was sent more than once."));
        }

        return (
            new SubmissionFields
            {
                Infohash = Text("infohash"),
                Magnet = Text("magnet"),
                TorrentFile = torrent,
                Want = Text("want"),
                Shots = Text("shots"),
                Files = Text("files"),
                Verification = Text("verification"),
                Priority = Text("priority"),
                Webhook = Text("webhook"),
            },
            null);

        // A form sends the fields that were left blank too.
        string? Text(string name) => form[name] is [{ Length: > 0 } text] ? text : null;
    }

    /// <summary>The same for an object of JSON that is there as a whole.</summary>
    public static (SubmissionFields? Fields, ProblemHttpResult? Problem) Read(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, Json);
            return ReadDocument(document);
        }
        catch (JsonException)
        {
            return (null, Unreadable);
        }
    }

    private static async Task<(SubmissionFields?, ProblemHttpResult?)> ReadJsonAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        using var document = await JsonDocument.ParseAsync(request.Body, Json, cancellationToken);
        return ReadDocument(document);
    }

    private static (SubmissionFields?, ProblemHttpResult?) ReadDocument(JsonDocument document)
    {
        try
        {
            return document.RootElement.ValueKind == JsonValueKind.Object ? ReadObject(document.RootElement) : (null, Unreadable);
        }
        catch (InvalidOperationException)
        {
            // This is how JsonElement says that a text holds half a surrogate pair.
            return (null, Unreadable);
        }
    }

    private static (SubmissionFields?, ProblemHttpResult?) ReadObject(JsonElement body)
    {
        byte[]? torrent = null;
        if (Text("torrent_file") is { } base64)
        {
            if (base64.Length / 4 * 3L > TorrentDescriptor.MaxLengthBytes + 2)
            {
                return (null, TooLarge);
            }

            torrent = new byte[base64.Length / 4 * 3 + 3];
            if (!Convert.TryFromBase64String(base64, torrent, out var length))
            {
                return (null, Problems.BadRequest("invalid-torrent", "torrent_file is not base64."));
            }

            Array.Resize(ref torrent, length);
        }

        return (
            new SubmissionFields
            {
                Infohash = Text("infohash"),
                Magnet = Text("magnet"),
                TorrentFile = torrent,
                Want = Text("want"),
                Shots = Text("shots"),
                Files = Text("files"),
                Verification = Text("verification"),
                Priority = Text("priority"),
                Webhook = Text("webhook"),
            },
            null);

        // Numbers and lists are as good as their text: the parser judges both alike.
        string? Text(string name) => body.TryGetProperty(name, out var value) ? ToText(value) : null;

        static string? ToText(JsonElement value) => value.ValueKind switch
        {
            JsonValueKind.Null or JsonValueKind.Undefined => null,
            JsonValueKind.String => value.GetString(),
            JsonValueKind.Array => string.Join(',', value.EnumerateArray().Select(ToText)),
            _ => value.GetRawText(),
        };
    }
}
