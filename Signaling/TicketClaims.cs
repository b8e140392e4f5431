using System.Buffers.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace EventTorrent.Signaling;

/// <summary>
/// What the hub needs of a ticket: who may watch, where the stream is and until when. Whether it is signed is asked of
/// <see cref="TicketKeySet"/>, and by the node in any case.
/// </summary>
internal sealed partial record TicketClaims(string Viewer, string Volume, DateTimeOffset Expires)
{
    private const string Audience = "eventtorrent-node";

    public static TicketClaims? Read(string? ticket)
    {
        if (ticket is not { Length: > 0 and <= Shape.MaxTicketLength } || ticket.Split('.') is not [_, { Length: > 0 } claims, { Length: > 0 }])
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(Base64Url.DecodeFromChars(claims), new JsonDocumentOptions { MaxDepth = 4 });
            var root = document.RootElement;
            return Shape.Text(root, "aud", 64) == Audience
                && Shape.Text(root, "sub", 64) is { } viewer && Shape.IsName(viewer)
                && Shape.Text(root, "task", 64) is { } task && Task().IsMatch(task)
                && Shape.Text(root, "dtls", 64) is { } dtls && Fingerprint().IsMatch(dtls)
                && Shape.Integer(root, "iat", 0, uint.MaxValue) is not null
                && Shape.Integer(root, "exp", 0, uint.MaxValue) is { } exp
                && Shape.Text(root, "volume", 64) is { } volume && Shape.IsName(volume)
                ? new TicketClaims(viewer, volume, DateTimeOffset.FromUnixTimeSeconds(exp))
                : null;
        }
        catch (Exception malformed) when (malformed is JsonException or FormatException)
        {
            // Not base64url, or not JSON.
            return null;
        }
    }

    [GeneratedRegex(@"\A([0-9a-f]{40}|[0-9a-f]{64})\z")]
    private static partial Regex Task();

    [GeneratedRegex(@"\A[0-9a-f]{64}\z")]
    private static partial Regex Fingerprint();
}
