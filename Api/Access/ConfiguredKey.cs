using System.Security.Cryptography;
using System.Text;
using EventTorrent.Storage.Model;

namespace EventTorrent.Api.Access;

/// <summary>The admin's key of the configuration: for containers, whose first key has to come from a store of secrets.</summary>
internal sealed class ConfiguredKey
{
    public const int MinLength = 32;
    public const int MaxLength = 256;

    private const string HashedPrefix = "sha256:";

    private readonly byte[] _hash;

    private ConfiguredKey(byte[] hash)
    {
        _hash = hash;
        // Of the hash, so that sessions that were begun with a key end when another takes its place.
        Visitor = new Visitor(Convert.ToHexStringLower(SHA256.HashData(hash))[..12], null, nameof(ApiOptions.AdminKey), AccessRole.Admin);
    }

    public Visitor Visitor { get; }

    public static bool IsValid(string text) => IsHashed(text) || (text.Length is >= MinLength and <= MaxLength && text.All(c => c is > ' ' and <= '~'));

    public static ConfiguredKey? Read(string? text) =>
        string.IsNullOrEmpty(text) ? null
        : new ConfiguredKey(IsHashed(text) ? Convert.FromHexString(text.AsSpan(HashedPrefix.Length)) : SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    public bool Is(string text) =>
        text.Length <= MaxLength && CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(text)), _hash);

    private static bool IsHashed(string text) =>
        text.StartsWith(HashedPrefix, StringComparison.Ordinal) && text.Length == HashedPrefix.Length + 2 * SHA256.HashSizeInBytes
        && text.Skip(HashedPrefix.Length).All(char.IsAsciiHexDigit);
}
