using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace EventTorrent.Signaling;

/// <summary>Which key may speak for which volume. Only hashes are kept, and comparing takes the same time whatever comes.</summary>
internal sealed class NodeKeySet(IOptions<SignalingOptions> options)
{
    private const string HashedPrefix = "sha256:";
    private const int MaxKeyLength = 256;

    private readonly (string Volume, byte[] Hash)[] _keys =
        [.. options.Value.NodeKeys.SelectMany(pair => Split(pair.Value).Select(key => (pair.Key, HashOf(key))))];

    public static string[] Split(string? keys) => (keys ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);

    public static bool IsHashed(string key) =>
        key.StartsWith(HashedPrefix, StringComparison.Ordinal) && key.Length == HashedPrefix.Length + 2 * SHA256.HashSizeInBytes
        && key.AsSpan(HashedPrefix.Length).ToArray().All(char.IsAsciiHexDigit);

    /// <summary>Whether a node of this volume is expected at all.</summary>
    public bool Expects(string volume) => _keys.Any(key => key.Volume == volume);

    /// <summary>The volumes that a key speaks for; none when it is no key of ours.</summary>
    public IReadOnlySet<string> VolumesOf(string key)
    {
        if (key.Length > MaxKeyLength)
        {
            return new HashSet<string>();
        }

        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(key));
        return _keys.Where(known => CryptographicOperations.FixedTimeEquals(known.Hash, hash)).Select(known => known.Volume).ToHashSet(StringComparer.Ordinal);
    }

    private static byte[] HashOf(string key) =>
        IsHashed(key) ? Convert.FromHexString(key.AsSpan(HashedPrefix.Length)) : SHA256.HashData(Encoding.UTF8.GetBytes(key));
}
