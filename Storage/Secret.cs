using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace EventTorrent.Storage;

/// <summary>
/// The text of a key or of a session: <c>et_{id}_{secret}</c>. The id finds the row, and tells nothing; the secret is 256
/// random bits. Nobody guesses those, so that one round of SHA-256 keeps them as well as a slow hash would: slow hashes are
/// for passwords that people think of. Who finds such a text in a log or a repository knows by its beginning what it is.
/// </summary>
public sealed class Secret
{
    private const string Prefix = "et_";
    private const int IdLength = 12;
    private const int SecretLength = 64;

    private readonly string _secret;

    private Secret(string id, string secret) => (Id, _secret) = (id, secret);

    public string Id { get; }

    /// <summary>What is stored.</summary>
    public byte[] Hash => SHA256.HashData(Encoding.ASCII.GetBytes(_secret));

    public static Secret Create() => new(
        RandomNumberGenerator.GetHexString(IdLength, lowercase: true), RandomNumberGenerator.GetHexString(SecretLength, lowercase: true));

    public static bool TryParse(string? text, [NotNullWhen(true)] out Secret? secret)
    {
        secret = null;
        if (text?.Length != Prefix.Length + IdLength + 1 + SecretLength
            || !text.StartsWith(Prefix, StringComparison.Ordinal) || text[Prefix.Length + IdLength] != '_')
        {
            return false;
        }

        var (id, rest) = (text.Substring(Prefix.Length, IdLength), text[^SecretLength..]);
        if (!id.All(char.IsAsciiHexDigitLower) || !rest.All(char.IsAsciiHexDigitLower))
        {
            return false;
        }

        secret = new Secret(id, rest);
        return true;
    }

    /// <summary>Whether this is what was stored; it takes the same time wherever the two differ.</summary>
    public bool Is(byte[] hash) => CryptographicOperations.FixedTimeEquals(Hash, hash);

    /// <summary>The whole text, to be shown once. No log may have it.</summary>
    public string Reveal() => $"{Prefix}{Id}_{_secret}";

    public override string ToString() => $"{Prefix}{Id}_...";
}
