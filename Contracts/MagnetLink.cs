using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace EventTorrent.Contracts;

/// <summary>
/// A magnet link (BEP 9), read strictly: what we use of it and nothing else. Sources that would make us open addresses
/// of the sender's choice (<c>xs</c>, <c>as</c>, <c>ws</c>) are dropped.
/// </summary>
public sealed record MagnetLink
{
    public const int MaxLength = 16 * 1024;
    public const int MaxTrackers = 64;
    public const int MaxPeers = 64;
    private const int MaxNameLength = 1024;
    private const string Scheme = "magnet:?";

    private MagnetLink(Infohash infohash) => Infohash = infohash;

    /// <summary>The v1 infohash when the link has one, else the v2.</summary>
    public Infohash Infohash { get; }

    /// <summary>What the link calls it (<c>dn</c>), cut to 1024 characters, or null. Untrusted text.</summary>
    public string? DisplayName { get; private init; }

    /// <summary>Announce addresses (<c>tr</c>): http, https or udp, no two alike, at most 64.</summary>
    public IReadOnlyList<string> Trackers { get; private init; } = [];

    /// <summary>Peers (<c>x.pe</c>) as "ip:port"; host names are dropped; at most 64.</summary>
    public IReadOnlyList<string> Peers { get; private init; } = [];

    /// <summary>Reads a magnet link.</summary>
    /// <param name="error">One sentence for a person, when the answer is false.</param>
    public static bool TryParse(string? text, [NotNullWhen(true)] out MagnetLink? magnet, [NotNullWhen(false)] out string? error)
    {
        magnet = null;
        text = text?.Trim();
        if (text is null || !text.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            error = "A magnet link starts with \"magnet:?\".";
            return false;
        }

        if (text.Length > MaxLength)
        {
            error = $"The magnet link is longer than {MaxLength} characters.";
            return false;
        }

        var fields = ReadFields(text.AsSpan(Scheme.Length));
        if (fields is null)
        {
            error = "The magnet link holds a broken percent escape.";
            return false;
        }

        var topics = Values(fields, "xt").Select(ReadTopic).OfType<Infohash>().Distinct().ToList();
        if (topics.Count(topic => topic.IsV2) > 1 || topics.Count(topic => !topic.IsV2) > 1)
        {
            error = "The magnet link names two different torrents.";
            return false;
        }

        if (topics.Count == 0)
        {
            error = "The magnet link has no v1 (urn:btih:) or v2 (urn:btmh:1220) infohash.";
            return false;
        }

        error = null;
        magnet = new MagnetLink(topics.OrderBy(topic => topic.IsV2).First())
        {
            DisplayName = Values(fields, "dn").FirstOrDefault() is { Length: > 0 } name ? name[..Math.Min(name.Length, MaxNameLength)] : null,
            Trackers = [.. Values(fields, "tr").Where(IsTracker).Distinct().Take(MaxTrackers)],
            Peers = [.. Values(fields, "x.pe").Where(IsPeer).Distinct().Take(MaxPeers)],
        };
        return true;
    }

    /// <summary>Whether a text is an announce address that we use: an absolute http, https or udp address of at most 2048 characters.</summary>
    public static bool IsTracker(string text) =>
        text.Length <= 2048
        && !text.Any(char.IsControl)
        && Uri.TryCreate(text, UriKind.Absolute, out var uri)
        && uri.Scheme is "http" or "https" or "udp"
        && uri.Host.Length > 0;

    /// <summary>Whether a text is "ip:port" or "[ip]:port" with a port from 1 to 65535.</summary>
    public static bool IsPeer(string text) => IPEndPoint.TryParse(text, out var endpoint) && endpoint.Port > 0 && text.Contains(':', StringComparison.Ordinal);

    private static Infohash? ReadTopic(string topic)
    {
        const string V1 = "urn:btih:";
        const string V2 = "urn:btmh:1220"; // multihash: SHA-256, 32 bytes
        if (topic.StartsWith(V1, StringComparison.OrdinalIgnoreCase))
        {
            return Infohash.TryParse(topic[V1.Length..], out var found) && !found.IsV2 ? found : null;
        }

        return topic.StartsWith(V2, StringComparison.OrdinalIgnoreCase)
            && Infohash.TryParse(topic[V2.Length..], out var v2) && v2.IsV2 ? v2 : null;
    }

    private static List<(string Key, string Value)>? ReadFields(ReadOnlySpan<char> query)
    {
        var fields = new List<(string, string)>();
        foreach (var range in query.Split('&'))
        {
            var field = query[range];
            var equals = field.IndexOf('=');
            if (equals <= 0)
            {
                continue;
            }

            var key = field[..equals].ToString().ToLowerInvariant();
            // "xt.1", "tr.2" number the fields of links with several topics.
            if (key.LastIndexOf('.') is > 0 and var dot && key[(dot + 1)..].All(char.IsAsciiDigit))
            {
                key = key[..dot];
            }

            if (Unescape(field[(equals + 1)..]) is not { } value)
            {
                return null;
            }

            fields.Add((key, value));
        }

        return fields;
    }

    private static IEnumerable<string> Values(List<(string Key, string Value)> fields, string key) =>
        fields.Where(field => field.Key == key).Select(field => field.Value);

    private static string? Unescape(ReadOnlySpan<char> text)
    {
        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] == '%' && (at + 2 >= text.Length || !char.IsAsciiHexDigit(text[at + 1]) || !char.IsAsciiHexDigit(text[at + 2])))
            {
                return null;
            }
        }

        return Uri.UnescapeDataString(text.ToString().Replace('+', ' '));
    }
}
