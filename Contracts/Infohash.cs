using System.Security.Cryptography;

namespace EventTorrent.Contracts;

/// <summary>
/// Identity of a torrent: v1, the 20-byte SHA-1 of its info dictionary (BEP 3), or v2, the 32-byte SHA-256 (BEP 52),
/// held as 40 or 64 lower-case hex digits.
/// </summary>
public readonly record struct Infohash
{
    /// <summary>Name space of <see cref="ToTaskId"/>; fixed for ever, as stored ids depend on it.</summary>
    private static readonly byte[] TaskNamespace = Guid.Parse("6f0b6d0e-3a0c-5d52-9a53-0f6f1f3c7e11").ToByteArray(bigEndian: true);

    private const int V1Digits = 40;
    private const int V2Digits = 64;
    private const int Base32Digits = 32;

    private readonly string? _hex;

    private Infohash(string hex) => _hex = hex;

    public bool IsV2 => ToString().Length == V2Digits;

    /// <summary>Parses 40 hex digits, 32 base32 digits (RFC 4648, as old magnet links have them) or 64 hex digits, in either case.</summary>
    /// <exception cref="FormatException">The text is none of these.</exception>
    public static Infohash Parse(string text) =>
        TryParse(text, out var infohash)
            ? infohash
            : throw new FormatException("Not an infohash: expected 40 hex digits (v1), 32 base32 digits (v1) or 64 hex digits (v2).");

    /// <inheritdoc cref="Parse"/>
    public static bool TryParse(string? text, out Infohash infohash)
    {
        infohash = default;
        switch (text?.Length)
        {
            case V1Digits or V2Digits when text.All(char.IsAsciiHexDigit):
                infohash = new Infohash(text.ToLowerInvariant());
                return true;
            case Base32Digits when FromBase32(text) is { } bytes:
                infohash = new Infohash(Convert.ToHexStringLower(bytes));
                return true;
            default:
                return false;
        }
    }

    /// <summary>The saga key: a UUIDv5 (RFC 9562) of the raw bytes, so that two submissions of one torrent meet in one row.</summary>
    public Guid ToTaskId()
    {
        // SHA-1 is what version 5 prescribes; nothing here depends on its strength.
#pragma warning disable CA5350
        var digest = SHA1.HashData([.. TaskNamespace, .. Convert.FromHexString(ToString())]).AsSpan(0, 16);
#pragma warning restore CA5350
        digest[6] = (byte)((digest[6] & 0x0F) | 0x50);
        digest[8] = (byte)((digest[8] & 0x3F) | 0x80);
        return new Guid(digest, bigEndian: true);
    }

    /// <summary>40 or 64 lower-case hex digits.</summary>
    public override string ToString() => _hex ?? throw new InvalidOperationException("The infohash was never set.");

    private static byte[]? FromBase32(string text)
    {
        var bytes = new byte[20];
        int bits = 0, held = 0, at = 0;
        foreach (var c in text)
        {
            var value = c switch
            {
                >= 'A' and <= 'Z' => c - 'A',
                >= 'a' and <= 'z' => c - 'a',
                >= '2' and <= '7' => c - '2' + 26,
                _ => -1,
            };
            if (value < 0)
            {
                return null;
            }

            held = (held << 5) | value;
            bits += 5;
            if (bits >= 8)
            {
                bits -= 8;
                bytes[at++] = (byte)(held >> bits);
                held &= (1 << bits) - 1;
            }
        }

        return bytes;
    }
}
