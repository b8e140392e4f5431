using System.Buffers.Text;
using System.Text.Json;

namespace EventTorrent.Signaling.Tests;

/// <summary>Tickets as the hub looks at them: their signature is for the node.</summary>
internal static class Tickets
{
    public static string Of(string volume = SignalingHost.Volume, TimeSpan? left = null, string task = "a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1")
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        return Sign(new
        {
            aud = "eventtorrent-node",
            sub = "viewer-1",
            task,
            volume,
            dtls = new string('a', 64),
            iat = now,
            exp = now + (long)(left ?? TimeSpan.FromMinutes(10)).TotalSeconds,
        });
    }

    public static string Sign(object claims) => $"{Part(new { alg = "ES256", kid = "k1" })}.{Part(claims)}.{new string('A', 86)}";

    private static string Part(object part) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(part));
}
