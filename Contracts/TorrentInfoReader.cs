using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace EventTorrent.Contracts;

/// <summary>
/// Checks an info dictionary (BEP 3; BEP 52 for v2): its limits, and that its sizes, pieces and paths agree. The names in
/// it are never used as paths, so odd ones are no reason to refuse it.
/// </summary>
internal static class TorrentInfoReader
{
    public const string Malformed = "The torrent file is not well-formed.";

    public const int MaxPieces = 1 << 18;

    public const long MaxPieceLengthBytes = 128L * 1024 * 1024;

    /// <summary>What MaxPieces of the largest pieces hold; keeps every sum far from overflow.</summary>
    public const long MaxSizeBytes = MaxPieces * MaxPieceLengthBytes;

    /// <summary>Smaller pieces exist in test data only, and make hashes outweigh the payload.</summary>
    private const long MinPieceLengthBytes = 64;

    /// <summary>BEP 52: a power of two of at least 16 KiB.</summary>
    private const long MinPieceLengthBytesV2 = 16 * 1024;

    private const int MaxInfoBytes = 8 * 1024 * 1024;
    private const int Sha1Length = 20;

    /// <summary>What the descriptor needs to know.</summary>
    internal readonly record struct Facts(string Name, bool IsV1, bool IsV2);

    public static bool TryRead(ReadOnlySpan<byte> info, out Facts facts, [NotNullWhen(false)] out string? error)
    {
        facts = default;
        if (info.IsEmpty || info[0] != (byte)'d')
        {
            error = "The torrent file has no info dictionary.";
            return false;
        }

        if (info.Length > MaxInfoBytes)
        {
            error = $"The info dictionary is larger than {MaxInfoBytes} bytes.";
            return false;
        }

        var fields = new Fields();
        error = ReadFields(info, ref fields) ?? Check(fields);
        if (error is not null)
        {
            return false;
        }

        facts = new Facts(fields.NameUtf8 ?? fields.Name!, fields.HasPieces, fields.HasTree);
        return true;
    }

    private struct Fields
    {
        public string? Name;
        public string? NameUtf8;
        public long? PieceLength;
        public int PiecesLength;
        public bool HasPieces;
        public long? Length;
        public long? ListedLength;
        public bool HasTree;
        public long TreeLength;
        public long? Version;
    }

    private static string? ReadFields(ReadOnlySpan<byte> info, ref Fields fields)
    {
        var reader = new BencodeReader(info);
        reader.TryEnterDictionary();
        var seen = new HashSet<string>();
        while (!reader.TryLeave())
        {
            if (!reader.TryReadString(out var keyBytes))
            {
                return Malformed;
            }

            var key = Encoding.Latin1.GetString(keyBytes[..Math.Min(keyBytes.Length, 64)]);
            var isOurs = key is "name" or "name.utf-8" or "piece length" or "pieces" or "length" or "files" or "file tree" or "meta version";
            if (isOurs && !seen.Add(key))
            {
                // Readers differ in which of the two they take: this could be two torrents.
                return $"The info dictionary has two fields \"{key}\".";
            }

            var value = info[reader.Position..];
            if (!reader.TrySkip())
            {
                return Malformed;
            }

            if (isOurs && ReadField(key, value, ref fields) is { } error)
            {
                return error;
            }
        }

        return null;
    }

    private static string? ReadField(string key, ReadOnlySpan<byte> value, ref Fields fields)
    {
        var reader = new BencodeReader(value);
        long number;
        switch (key)
        {
            case "name" when reader.TryReadString(out var text) && !text.IsEmpty:
                fields.Name = ToText(text);
                return null;
            case "name.utf-8":
                fields.NameUtf8 = reader.TryReadString(out var utf8) && !utf8.IsEmpty ? ToText(utf8) : null;
                return null;
            case "piece length" when reader.TryReadInteger(out number) && number is >= MinPieceLengthBytes and <= MaxPieceLengthBytes:
                fields.PieceLength = number;
                return null;
            case "pieces" when reader.TryReadString(out var pieces) && !pieces.IsEmpty && pieces.Length % Sha1Length == 0:
                fields.HasPieces = true;
                fields.PiecesLength = pieces.Length;
                return null;
            case "length" when reader.TryReadInteger(out number) && number is > 0 and <= MaxSizeBytes:
                fields.Length = number;
                return null;
            case "files":
                return TorrentFileLists.ReadFiles(ref reader, out fields.ListedLength);
            case "file tree":
                fields.HasTree = true;
                return TorrentFileLists.ReadTree(ref reader, out fields.TreeLength);
            case "meta version" when reader.TryReadInteger(out number):
                fields.Version = number;
                return null;
            default:
                return $"The field \"{key}\" of the info dictionary is invalid.";
        }
    }

    private static string? Check(in Fields fields)
    {
        if (fields.Name is null)
        {
            return "The info dictionary has no name.";
        }

        if (fields.PieceLength is not { } pieceLength)
        {
            return "The info dictionary has no piece length.";
        }

        if (fields.HasTree != (fields.Version is 2) || fields.Version is not (null or 1 or 2))
        {
            return "The info dictionary has a meta version that its fields contradict.";
        }

        if (fields.HasTree && (pieceLength < MinPieceLengthBytesV2 || !long.IsPow2(pieceLength)))
        {
            return "The piece length of a v2 torrent is a power of two of at least 16 KiB.";
        }

        if (!fields.HasPieces && !fields.HasTree)
        {
            return "The info dictionary has no piece hashes.";
        }

        if (fields.HasPieces && fields.Length is null == fields.ListedLength is null)
        {
            return "The info dictionary has either a length or a list of files.";
        }

        var size = fields.HasPieces ? fields.Length ?? fields.ListedLength!.Value : fields.TreeLength;
        var pieces = (size + pieceLength - 1) / pieceLength;
        if (size == 0)
        {
            return "The torrent is empty.";
        }

        if (pieces > MaxPieces)
        {
            return $"The torrent has more than {MaxPieces} pieces.";
        }

        return fields.HasPieces && pieces != fields.PiecesLength / Sha1Length
            ? "The number of piece hashes does not fit the size."
            : null;
    }

    private static string ToText(ReadOnlySpan<byte> utf8)
    {
        const int MaxNameBytes = 1024;
        return Encoding.UTF8.GetString(utf8[..Math.Min(utf8.Length, MaxNameBytes)]);
    }
}
