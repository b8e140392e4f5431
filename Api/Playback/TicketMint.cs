using System.Buffers.Text;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;

namespace EventTorrent.Api.Playback;

/// <summary>Makes tickets, as <c>Web/protocol/src/tickets.ts</c> has them.</summary>
internal sealed class TicketMint(TicketKeys keys, IOptions<PlaybackOptions> options, TimeProvider time)
{
    private const string Audience = "eventtorrent-node";

    /// <summary>Of a fingerprint, for the name of its viewer: whoever has the certificate is the same viewer, and nothing else is known of one.</summary>
    private const int ViewerLength = 32;

    /// <param name="task">Infohash of the task, which is its directory on the volume.</param>
    /// <param name="dtls">SHA-256 of the viewer's DTLS certificate, in lower-case hex.</param>
    /// <returns>The ticket, and its end in seconds since 1970.</returns>
    public (string Token, long Expires) Mint(string task, string volume, string dtls)
    {
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        var expires = now + (long)options.Value.TicketLifetime.TotalSeconds;
        var key = keys.Current;
        var header = new JsonObject { ["alg"] = "ES256", ["typ"] = "JWT", ["kid"] = key.Public.Name };
        var claims = new JsonObject
        {
            ["aud"] = Audience,
            ["sub"] = dtls[..ViewerLength],
            ["task"] = task,
            ["volume"] = volume,
            ["dtls"] = dtls,
            ["iat"] = now,
            ["exp"] = expires,
        };
        var signed = $"{Encode(header)}.{Encode(claims)}";
        return ($"{signed}.{Base64Url.EncodeToString(key.Sign(Encoding.ASCII.GetBytes(signed)))}", expires);
    }

    private static string Encode(JsonObject part) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(part.ToJsonString()));
}
