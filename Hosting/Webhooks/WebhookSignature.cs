using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace EventTorrent.Hosting.Webhooks;

/// <summary>Signs as the Standard Webhooks specification says (standardwebhooks.com, symmetric signatures), so that its libraries can check it.</summary>
public static class WebhookSignature
{
    private const string SecretPrefix = "whsec_";
    private const int MinKeyBytes = 24;
    private const int MaxKeyBytes = 64;

    public static bool TryReadKey(string secret, [NotNullWhen(true)] out byte[]? key)
    {
        var buffer = new byte[MaxKeyBytes];
        var isKey = secret.StartsWith(SecretPrefix, StringComparison.Ordinal)
            && Convert.TryFromBase64String(secret[SecretPrefix.Length..], buffer, out var length)
            && length >= MinKeyBytes;
        key = isKey ? buffer[..Convert.FromBase64String(secret[SecretPrefix.Length..]).Length] : null;
        return isKey;
    }

    /// <returns>The value of the header <c>webhook-signature</c>.</returns>
    public static string Sign(byte[] key, string id, DateTimeOffset at, string body)
    {
        var signed = string.Create(CultureInfo.InvariantCulture, $"{id}.{at.ToUnixTimeSeconds()}.{body}");
        return $"v1,{Convert.ToBase64String(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(signed)))}";
    }
}
