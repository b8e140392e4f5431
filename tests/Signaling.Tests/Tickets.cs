using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace EventTorrent.Signaling.Tests;

/// <summary>Tickets as the hub looks at them: their signature is for the node.</summary>
internal static class Tickets
{
    public static string Of(string volume = SignalingHost.Volume, TimeSpan? left = null, string task = "a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1") =>
        Sign(Claims(volume, left, task));

    public static string Sign(object claims) => $"{Part(new { alg = "ES256", kid = "k1" })}.{Part(claims)}.{new string('A', 86)}";

    /// <summary>As Api signs.</summary>
    public static string SignedBy(ECDsa key, string name, TimeSpan? left = null)
    {
        var signed = $"{Part(new { alg = "ES256", kid = name })}.{Part(Claims(SignalingHost.Volume, left, new string('a', 40)))}";
        return $"{signed}.{Base64Url.EncodeToString(key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation))}";
    }

    /// <summary>The public half as Api publishes it.</summary>
    public static string KeySet(ECDsa key, string name)
    {
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        var jwk = new { kty = "EC", crv = "P-256", kid = name, x = Base64Url.EncodeToString(point.X), y = Base64Url.EncodeToString(point.Y), use = "sig", alg = "ES256" };
        return JsonSerializer.Serialize(new { keys = new[] { jwk } });
    }

    private static object Claims(string volume, TimeSpan? left, string task)
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        return new
        {
            aud = "eventtorrent-node",
            sub = "viewer-1",
            task,
            volume,
            dtls = new string('a', 64),
            iat = now,
            exp = now + (long)(left ?? TimeSpan.FromMinutes(10)).TotalSeconds,
        };
    }

    private static string Part(object part) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(part));
}
