using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace EventTorrent.Torrents;

/// <summary>
/// Reads .torrent files and info dictionaries (BEP 3, 12, 27, 47, 52) without a session: strict, bounded by <see cref="TorrentLimits"/>, and
/// never more memory than a small multiple of the input.
/// </summary>
public static class TorrentFileReader
{
    private const int MinPieceLength = 16;
    private const int MaxPieceLength = 64 * 1024 * 1024;

    /// <summary>Reads a .torrent file: infohashes, files and trackers.</summary>
    /// <param name="error"><see cref="TorrentErrorKind.MalformedSource"/> or <see cref="TorrentErrorKind.LimitExceeded"/> when the result is false.</param>
    public static bool TryRead(ReadOnlySpan<byte> torrentFile, [NotNullWhen(true)] out TorrentFileContents? contents, [NotNullWhen(false)] out TorrentException? error)
    {
        try
        {
            contents = Read(torrentFile);
            error = null;
            return true;
        }
        catch (TorrentException e)
        {
            contents = null;
            error = e;
            return false;
        }
    }

    /// <summary>Reads a bare info dictionary.</summary>
    /// <param name="error"><see cref="TorrentErrorKind.MalformedSource"/> or <see cref="TorrentErrorKind.LimitExceeded"/> when the result is false.</param>
    public static bool TryReadInfo(ReadOnlySpan<byte> infoDictionary, [NotNullWhen(true)] out TorrentMetadata? metadata, [NotNullWhen(false)] out TorrentException? error)
    {
        try
        {
            metadata = ReadInfo(infoDictionary);
            error = null;
            return true;
        }
        catch (TorrentException e)
        {
            metadata = null;
            error = e;
            return false;
        }
    }

    internal static TorrentFileContents Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > TorrentLimits.MaxTorrentFileBytes)
            throw Limit($"the .torrent file is longer than {TorrentLimits.MaxTorrentFileBytes} bytes");
        var reader = new BencodeReader(bytes);
        ReadOnlySpan<byte> info = default;
        var announce = new List<string>();
        var announceList = new List<string>();
        reader.EnterDictionary();
        while (reader.MoveNext())
        {
            var key = reader.ReadString();
            if (key.SequenceEqual("info"u8) && info.IsEmpty)
                info = reader.Skip();
            else if (key.SequenceEqual("announce"u8) && reader.IsString)
                AddTracker(announce, reader.ReadString());
            else if (key.SequenceEqual("announce-list"u8) && reader.IsList)
                ReadAnnounceList(ref reader, announceList);
            else
                reader.Skip();
        }
        if (info.IsEmpty)
            throw BencodeReader.Malformed("it has no info dictionary");
        // BEP 12: with an announce-list, announce is ignored.
        return new TorrentFileContents(ReadInfo(info), announceList.Count > 0 ? announceList : announce);
    }

    internal static TorrentMetadata ReadInfo(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > TorrentLimits.MaxMetadataBytes)
            throw Limit($"the info dictionary is longer than {TorrentLimits.MaxMetadataBytes} bytes");
        var info = InfoDictionary.Read(bytes);
        var pieceLength = CheckedPieceLength(info);
        var files = new TorrentFileList(pieceLength);
        if (info.HasV1)
            info.ReadV1Files(files);
        else
            info.ReadFileTree(files);
        if (files.TotalBytes == 0)
            throw BencodeReader.Malformed("it holds no data");

        var pieces = (files.TotalBytes + pieceLength - 1) / pieceLength;
        if (pieces > TorrentLimits.MaxPieces)
            throw Limit($"it has more than {TorrentLimits.MaxPieces} pieces");
        if (info.HasV1 && info.PiecesBytes != pieces * SHA1.HashSizeInBytes)
            throw BencodeReader.Malformed("the number of piece hashes does not fit its size");

        return new TorrentMetadata(
            info.HasV1 ? Convert.ToHexStringLower(HashV1(bytes)) : null,
            info.HasV2 ? Convert.ToHexStringLower(SHA256.HashData(bytes)) : null,
            info.Name,
            files.TotalBytes,
            pieceLength,
            (int)pieces,
            info.IsPrivate,
            files.Entries,
            bytes.ToArray());
    }

    [SuppressMessage("Security", "CA5350", Justification = "BEP 3 names torrents by SHA-1.")]
    private static byte[] HashV1(ReadOnlySpan<byte> bytes) => SHA1.HashData(bytes);

    private static int CheckedPieceLength(InfoDictionary info)
    {
        var length = info.PieceLength ?? throw BencodeReader.Malformed("it has no piece length");
        if (length is < MinPieceLength or > MaxPieceLength)
            throw Limit($"the piece length {length} is outside of {MinPieceLength} to {MaxPieceLength}");
        var powerOfTwo = (length & (length - 1)) == 0;
        if (!powerOfTwo && length % TorrentLimits.BlockBytes != 0)
            throw Limit($"the piece length {length} is neither a power of two nor a multiple of 16 KiB");
        if (info.HasV2 && !(powerOfTwo && length >= TorrentLimits.BlockBytes))
            throw BencodeReader.Malformed("the piece length of a v2 torrent is a power of two of at least 16 KiB (BEP 52)");
        return (int)length;
    }

    private static void ReadAnnounceList(ref BencodeReader reader, List<string> trackers)
    {
        reader.EnterList();
        while (reader.MoveNext())
        {
            if (!reader.IsList)
            {
                reader.Skip();
                continue;
            }
            reader.EnterList();
            while (reader.MoveNext())
            {
                if (reader.IsString)
                    AddTracker(trackers, reader.ReadString());
                else
                    reader.Skip();
            }
        }
    }

    private static void AddTracker(List<string> trackers, ReadOnlySpan<byte> url)
    {
        var text = Encoding.UTF8.GetString(url).Trim();
        if (text.Length == 0 || trackers.Contains(text))
            return;
        if (trackers.Count >= TorrentLimits.MaxTrackers)
            throw Limit($"it has more than {TorrentLimits.MaxTrackers} trackers");
        trackers.Add(text);
    }

    internal static TorrentException Limit(string what) => new(TorrentErrorKind.LimitExceeded, $"The torrent is refused: {what}.");
}
