using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Options;

namespace EventTorrent.Signaling;

/// <summary>
/// The public keys of whoever mints tickets (RFC 7517): the file that nodes have too, read again when it changes, or what
/// <see cref="TicketKeyFetcher"/> brings. A broken one changes nothing. Without either nothing is checked, which is said once.
/// </summary>
internal sealed partial class TicketKeySet : IDisposable
{
    /// <summary>Of a set, as a file or as an answer.</summary>
    public const int MaxBytes = 65_536;

    private const int MaxKeys = 16;

    /// <summary>Null when it is no file that has them.</summary>
    private readonly string? _path;
    private readonly bool _checks;
    private readonly ILogger<TicketKeySet> _logger;

    // An ECDsa is not for several threads at once.
    private readonly Lock _lock = new();
    private Dictionary<string, ECDsa> _keys = [];
    private (DateTime Changed, long Length)? _seen;

    public TicketKeySet(IOptions<SignalingOptions> options, ILogger<TicketKeySet> logger)
    {
        _logger = logger;
        _checks = options.Value.TicketKeys is not null;
        _path = options.Value.TicketKeysAddress is null ? options.Value.TicketKeys : null;
        if (!_checks && options.Value.IceServers.Any(IceServerList.IsTurn))
        {
            LogUnchecked();
        }
    }

    /// <summary>Whether one of the keys has signed a ticket, or there is no way to know.</summary>
    public bool HasSigned(string ticket)
    {
        if (!_checks)
        {
            return true;
        }

        if (ticket.Split('.') is not [var header, var claims, var signature] || !TryDecode(header, out var head) || !TryDecode(signature, out var signed))
        {
            return false;
        }

        lock (_lock)
        {
            Refresh();
            return NameIn(head) is { } name && _keys.TryGetValue(name, out var key) && key.VerifyData(
                Encoding.ASCII.GetBytes($"{header}.{claims}"), signed, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        }
    }

    /// <summary>Takes a set in the place of the one before, unless there is no key in it.</summary>
    /// <returns>What is wrong with it; null when it was taken.</returns>
    public string? TryTake(byte[] content)
    {
        try
        {
            var keys = Parse(content);
            lock (_lock)
            {
                (keys, _keys) = (_keys, keys);
                DisposeAll(keys);
            }

            return null;
        }
        catch (Exception broken) when (broken is JsonException or FormatException or CryptographicException or KeyNotFoundException or InvalidOperationException)
        {
            return broken.Message;
        }
    }

    public void Dispose() => DisposeAll(_keys);

    private static void DisposeAll(Dictionary<string, ECDsa> keys)
    {
        foreach (var key in keys.Values)
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

        return keys.Count > 0 ? keys : throw new FormatException("there is no key in it");
    }

    private void Refresh()
    {
        if (_path is null)
        {
            return;
        }

        var file = new FileInfo(_path);
        (DateTime, long)? seen = file.Exists ? (file.LastWriteTimeUtc, file.Length) : null;
        if (seen == _seen && _keys.Count > 0)
        {
            return;
        }

        if (Read(file) is { } broken)
        {
            LogBroken(broken);
        }

        _seen = seen;
    }

    private string? Read(FileInfo file)
    {
        try
        {
            return file is { Exists: true, Length: > MaxBytes } ? "it is too long" : TryTake(File.ReadAllBytes(file.FullName));
        }
        catch (Exception away) when (away is IOException or UnauthorizedAccessException)
        {
            return away.Message;
        }
    }

    [LoggerMessage(7006, LogLevel.Warning, "Signaling:TicketKeys is not set: credentials for TURN are given for tickets whose signature nobody has checked")]
    private partial void LogUnchecked();

    [LoggerMessage(7007, LogLevel.Error, "Signaling:TicketKeys can't be read, and what was known before counts: {Reason}")]
    private partial void LogBroken(string reason);
}
