using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Options;

namespace EventTorrent.Signaling;

/// <summary>
/// The public keys of whoever mints tickets: the file that nodes have too (RFC 7517), read again when it changes. A broken
/// one changes nothing. Without a file nothing is checked, which is said once.
/// </summary>
internal sealed partial class TicketKeySet : IDisposable
{
    private const int MaxFileBytes = 65_536;
    private const int MaxKeys = 16;

    private readonly string? _path;
    private readonly ILogger<TicketKeySet> _logger;

    // An ECDsa is not for several threads at once.
    private readonly Lock _lock = new();
    private Dictionary<string, ECDsa> _keys = [];
    private (DateTime Changed, long Length)? _seen;

    public TicketKeySet(IOptions<SignalingOptions> options, ILogger<TicketKeySet> logger)
    {
        (_path, _logger) = (options.Value.TicketKeys, logger);
        if (_path is null && options.Value.IceServers.Any(IceServerList.IsTurn))
        {
            LogUnchecked();
        }
    }

    /// <summary>Whether one of the keys has signed a ticket, or there is no way to know.</summary>
    public bool HasSigned(string ticket)
    {
        if (_path is null)
        {
            return true;
        }

        if (ticket.Split('.') is not [var header, var claims, var signature] || !TryDecode(header, out var head) || !TryDecode(signature, out var signed))
        {
            return false;
        }

        lock (_lock)
        {
            Refresh(_path);
            return NameIn(head) is { } name && _keys.TryGetValue(name, out var key) && key.VerifyData(
                Encoding.ASCII.GetBytes($"{header}.{claims}"), signed, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        }
    }

    public void Dispose()
    {
        foreach (var key in _keys.Values)
        {
            key.Dispose();
        }
    }

    private static string? NameIn(byte[] header)
    {
        try
        {
            using var document = JsonDocument.Parse(header, new JsonDocumentOptions { MaxDepth = 4 });
            return Shape.Text(document.RootElement, "alg", 8) == "ES256" ? Shape.Text(document.RootElement, "kid", 64) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static bool TryDecode(string text, [NotNullWhen(true)] out byte[]? bytes)
    {
        try
        {
            bytes = Base64Url.DecodeFromChars(text);
            return true;
        }
        catch (FormatException)
        {
            bytes = null;
            return false;
        }
    }

    private static Dictionary<string, ECDsa> Parse(byte[] content)
    {
        using var document = JsonDocument.Parse(content, new JsonDocumentOptions { MaxDepth = 8 });
        var keys = new Dictionary<string, ECDsa>(StringComparer.Ordinal);
        foreach (var key in document.RootElement.GetProperty("keys").EnumerateArray().Take(MaxKeys))
        {
            if (Shape.Text(key, "kty", 8) == "EC" && Shape.Text(key, "crv", 8) == "P-256"
                && Shape.Text(key, "kid", 64) is { } name && Shape.Text(key, "x", 43) is { } x && Shape.Text(key, "y", 43) is { } y)
            {
                keys[name] = ECDsa.Create(new ECParameters
                {
                    Curve = ECCurve.NamedCurves.nistP256,
                    Q = new ECPoint { X = Base64Url.DecodeFromChars(x), Y = Base64Url.DecodeFromChars(y) },
                });
            }
        }

        return keys;
    }

    private void Refresh(string path)
    {
        var file = new FileInfo(path);
        (DateTime, long)? seen = file.Exists ? (file.LastWriteTimeUtc, file.Length) : null;
        if (seen == _seen && _keys.Count > 0)
        {
            return;
        }

        try
        {
            if (file is { Exists: true, Length: > MaxFileBytes })
            {
                throw new FormatException("it is too long");
            }

            var former = _keys;
            _keys = Parse(File.ReadAllBytes(path));
            foreach (var key in former.Values)
            {
                key.Dispose();
            }
        }
        catch (Exception broken) when (broken is IOException or UnauthorizedAccessException or JsonException or FormatException
            or CryptographicException or KeyNotFoundException or InvalidOperationException)
        {
            LogBroken(broken.Message);
        }

        _seen = seen;
    }

    [LoggerMessage(7006, LogLevel.Warning, "Signaling:TicketKeys is not set: credentials for TURN are given for tickets whose signature nobody has checked")]
    private partial void LogUnchecked();

    [LoggerMessage(7007, LogLevel.Error, "Signaling:TicketKeys can't be read, and what was known before counts: {Reason}")]
    private partial void LogBroken(string reason);
}
