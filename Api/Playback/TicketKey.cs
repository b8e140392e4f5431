using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace EventTorrent.Api.Playback;

/// <summary>A key that signs tickets (ES256), named by the hash of its public half (RFC 7638).</summary>
internal sealed class TicketKey : IDisposable
{
    private readonly ECDsa _key;

    // An ECDsa is not for several threads at once.
    private readonly Lock _lock = new();

    private TicketKey(ECDsa key, string x, string y)
    {
        _key = key;
        Public = new PublicKeyView("EC", "P-256", NameOf(x, y), x, y, "sig", "ES256");
    }

    public PublicKeyView Public { get; }

    /// <summary>A private key as PEM (PKCS #8 or SEC 1).</summary>
    /// <returns>Null when it is none on the curve P-256.</returns>
    public static TicketKey? Read(string pem)
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(pem);
            var parameters = key.ExportParameters(includePrivateParameters: true);
            if (parameters.Curve.Oid.Value == ECCurve.NamedCurves.nistP256.Oid.Value && parameters.D is not null)
            {
                return new TicketKey(key, Base64Url.EncodeToString(parameters.Q.X), Base64Url.EncodeToString(parameters.Q.Y));
            }
        }
        catch (Exception unreadable) when (unreadable is ArgumentException or CryptographicException)
        {
            // No PEM, no EC key, or only its public half.
        }

        key.Dispose();
        return null;
    }

    /// <summary>A new private key as PEM.</summary>
    public static string Generate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return key.ExportPkcs8PrivateKeyPem() + "\n";
    }

    public byte[] Sign(ReadOnlySpan<byte> data)
    {
        lock (_lock)
        {
            return _key.SignData(data, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        }
    }

    public void Dispose() => _key.Dispose();

    private static string NameOf(string x, string y) =>
        Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes($$"""{"crv":"P-256","kty":"EC","x":"{{x}}","y":"{{y}}"}""")));
}
