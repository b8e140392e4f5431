using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace EventTorrent.Contracts;

/// <summary>
/// A .torrent file (BEP 3, BEP 12, BEP 52), read strictly: what we use of it and nothing else. Web seeds, DHT nodes and
/// piece layers are dropped; the engine gets the info dictionary as it would from the swarm.
/// </summary>
public sealed record TorrentDescriptor
{
    /// <summary>Largest .torrent file, in bytes.</summary>
    public const int MaxLengthBytes = 10 * 1024 * 1024;

    public const int MaxTrackers = MagnetLink.MaxTrackers;

    /// <summary>Announce addresses that are looked at; more of them are not read.</summary>
    private const int MaxTrackersRead = 10_000;

    private TorrentDescriptor(string name, byte[] info, Infohash? v1, Infohash? v2)
    {
        Name = name;
        Info = info;
        InfohashV1 = v1;
        InfohashV2 = v2;
    }

    /// <summary>The v1 infohash when the torrent has one, else the v2.</summary>
    public Infohash Infohash => InfohashV1 ?? InfohashV2!.Value;

    /// <summary>SHA-1 of the info dictionary, when it has v1 fields.</summary>
    public Infohash? InfohashV1 { get; }

    /// <summary>SHA-256 of the info dictionary, when it has v2 fields (BEP 52).</summary>
    public Infohash? InfohashV2 { get; }

    /// <summary>What the torrent calls itself. Untrusted text.</summary>
    public string Name { get; }

    /// <summary>Announce addresses of all tiers: http, https or udp, no two alike, at most 64.</summary>
    public IReadOnlyList<string> Trackers { get; private init; } = [];

    /// <summary>The bencoded info dictionary, byte for byte.</summary>
    public byte[] Info { get; }

    /// <summary>The files with the indexes that they have everywhere, those left out that only fill up pieces (BEP 47).</summary>
    /// <returns>Null when there are paths that no worker takes.</returns>
    public IReadOnlyList<TorrentFile>? ListFiles() => TorrentFileNames.TryRead(Info, out var files) ? files : null;

    /// <summary>Reads a .torrent file. Never throws, whatever the bytes are.</summary>
    /// <param name="error">One sentence for a person, when the answer is false.</param>
    public static bool TryParse(
        ReadOnlySpan<byte> torrent, [NotNullWhen(true)] out TorrentDescriptor? descriptor, [NotNullWhen(false)] out string? error)
    {
        descriptor = null;
        if (torrent.Length > MaxLengthBytes)
        {
            error = $"The torrent file is larger than {MaxLengthBytes} bytes.";
            return false;
        }

        var reader = new BencodeReader(torrent);
        if (!reader.TryEnterDictionary())
        {
            error = "A torrent file is a bencoded dictionary.";
            return false;
        }

        var seen = new HashSet<string>();
        var trackers = new List<string>();
        ReadOnlySpan<byte> info = default;
        while (!reader.TryLeave())
        {
            if (!reader.TryReadString(out var keyBytes))
            {
                error = TorrentInfoReader.Malformed;
                return false;
            }

            var key = Encoding.Latin1.GetString(keyBytes[..Math.Min(keyBytes.Length, 64)]);
            if (key is "info" or "announce" or "announce-list" && !seen.Add(key))
            {
                error = $"The torrent file has two fields \"{key}\".";
                return false;
            }

            var start = reader.Position;
            if (key == "announce-list")
            {
                // A list of another shape is no reason to refuse: torrents have other trackers, or none.
                ReadTiers(torrent[start..], trackers);
            }
            else if (key == "announce" && reader.TryReadString(out var tracker))
            {
                AddTracker(tracker, trackers);
                continue;
            }

            if (!reader.TrySkip())
            {
                error = TorrentInfoReader.Malformed;
                return false;
            }

            if (key == "info")
            {
                info = torrent[start..reader.Position];
            }
        }

        // Many editors and downloads add a line end; anything else behind the end is damage.
        if (torrent[reader.Position..].ContainsAnyExcept("\r\n \0"u8))
        {
            error = "The torrent file goes on behind its end.";
            return false;
        }

        if (!TorrentInfoReader.TryRead(info, out var facts, out error))
        {
            return false;
        }

        descriptor = new TorrentDescriptor(
            facts.Name,
            info.ToArray(),
            facts.IsV1 ? Sha1(info) : null,
            facts.IsV2 ? Contracts.Infohash.Parse(Convert.ToHexStringLower(SHA256.HashData(info))) : null)
        {
            Trackers = [.. trackers.Distinct().Take(MaxTrackers)],
        };
        return true;
    }

    private static void ReadTiers(ReadOnlySpan<byte> list, List<string> trackers)
    {
        var reader = new BencodeReader(list);
        if (!reader.TryEnterList())
        {
            return;
        }

        for (var read = 0; read < MaxTrackersRead && reader.TryEnterList();)
        {
            while (reader.TryReadString(out var tracker) && read++ < MaxTrackersRead)
            {
                AddTracker(tracker, trackers);
            }

            if (!reader.TryLeave())
            {
                return;
            }
        }
    }

    private static void AddTracker(ReadOnlySpan<byte> text, List<string> trackers)
    {
        if (text.Length <= 2048 && Encoding.UTF8.GetString(text).Trim() is var tracker && MagnetLink.IsTracker(tracker))
        {
            trackers.Add(tracker);
        }
    }

    private static Infohash Sha1(ReadOnlySpan<byte> info)
    {
        // BEP 3 prescribes SHA-1.
#pragma warning disable CA5350
        return Contracts.Infohash.Parse(Convert.ToHexStringLower(SHA1.HashData(info)));
#pragma warning restore CA5350
    }
}
