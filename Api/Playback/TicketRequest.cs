using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.RegularExpressions;
using EventTorrent.Api.Web;
using Microsoft.OpenApi;

namespace EventTorrent.Api.Playback;

/// <summary>The body of a request for a ticket: the fingerprint of a certificate.</summary>
internal static partial class TicketRequest
{
    public static SmallBody<string> Body { get; } = new(
        "dtls",
        new OpenApiSchema { Type = JsonSchemaType.String, Pattern = "^[0-9a-f]{64}$" },
        Problems.BadRequest(
            "invalid-ticket-request", """The body is {"dtls": "..."} with the SHA-256 fingerprint of the viewer's DTLS certificate: 64 lower-case hex digits without colons."""),
        TryRead);

    private static bool TryRead(JsonElement json, [NotNullWhen(true)] out string? dtls)
    {
        dtls = json.ValueKind == JsonValueKind.String ? json.GetString() : null;
        return dtls is not null && Fingerprint().IsMatch(dtls);
    }

    [GeneratedRegex(@"\A[0-9a-f]{64}\z")]
    private static partial Regex Fingerprint();
}
