using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace EventTorrent.Api.Web.Documents;

/// <summary>What a name means wherever it is a parameter, and an example of it there and in answers.</summary>
internal sealed record Word(string Description, JsonNode Example)
{
    private const string Infohash = SubmissionDescription.ExampleInfohash;

    private static readonly Dictionary<string, Word> Known = new(StringComparer.Ordinal)
    {
        ["infohash"] = new("40 hex digits (v1), 32 base32 digits (v1) or 64 hex digits (v2).", Infohash),
        ["file"] = new("Index of a file in the torrent, from 0.", 0),
        ["id"] = new("12 hex digits, the second part of a key.", "0123456789ab"),
        ["index"] = new("Number of a picture of the file, from 0.", 0),
        ["state"] = new("One or more states with commas between them: Pending, Fetching, Screenshotting, Downloading, Transcoding, Playable, Completed, Failed, Paused.", "Completed"),
        ["status"] = new("pending, working, success, recoverable_failure or permanent_failure.", "success"),
        ["q"] = new("Part of a name, or the beginning of an infohash; at most 200 characters.", "big buck"),
        ["sort"] = new("-created_at (the default), created_at, -updated_at or name.", "-updated_at"),
        ["cursor"] = new("next_cursor of the answer before, to the same question.", "WyItY3JlYXRlZF9hdCJd"),
        ["limit"] = new("Tasks in the answer, from 1 to Api:MaxPageSize; 50 when left out.", 50),
        ["data"] = new("true: what the task has on a volume goes too. false, or left out: it stays there.", "true"),
        ["url"] = new("A magnet link or an infohash.", $"magnet:?xt=urn:btih:{Infohash}"),
        ["columns"] = new("Pictures in a row, 1 to 10; 4 when left out.", 4),
        ["width"] = new("Pixels of the width of each picture, 80 to 480; 320 when left out.", 320),
        ["name"] = new("Untrusted text.", "Big Buck Bunny"),
        ["size_bytes"] = new("Bytes of all files.", 276445467),
        ["created_at"] = new("UTC.", "2026-11-26T02:34:00+00:00"),
        ["kind"] = new("A stable name.", "MetadataTimeout"),
        ["event"] = new("What happened.", "task.completed"),
    };

    public static Word? Find(string? name) => name is not null && Known.TryGetValue(name, out var word) ? word : null;

    public OpenApiSchema Schema() => new() { Type = Example.GetValueKind() == System.Text.Json.JsonValueKind.Number ? JsonSchemaType.Integer : JsonSchemaType.String };
}
