using System.Buffers;
using System.Text;

namespace EventTorrent.Torrents.Interop;

/// <summary>Checks a <see cref="TorrentSource"/> and holds it in native form for the time of one call.</summary>
internal sealed class SourceMarshaller : IDisposable
{
    private const int MaxMagnetCharacters = 64 * 1024;
    private const int MaxPeers = 200;

    private readonly NativeText _text = new();
    private MemoryHandle _pinned;

    public NativeSource Source;

    public unsafe SourceMarshaller(TorrentSource source, AddTorrentOptions options)
    {
        var trackers = options.Trackers.AsEnumerable();
        ReadOnlyMemory<byte> bytes;
        switch (source)
        {
            case TorrentSource.Magnet magnet:
                bytes = CheckedMagnet(magnet.Uri);
                Infohash = InfohashOf(magnet.Uri);
                break;
            case TorrentSource.Infohash infohash:
                bytes = Encoding.ASCII.GetBytes(MagnetOf(infohash.Hex));
                Infohash = infohash.Hex;
                break;
            case TorrentSource.TorrentFile file:
                Source.Kind = NativeSourceKind.Torrent;
                bytes = file.Bytes;
                Infohash = InfohashOf(TorrentFileReader.Read(bytes.Span).Metadata);
                break;
            case TorrentSource.InfoDictionary info:
                Source.Kind = NativeSourceKind.Info;
                bytes = info.Bytes;
                trackers = info.Trackers.Concat(trackers);
                Infohash = InfohashOf(TorrentFileReader.ReadInfo(bytes.Span));
                break;
            default:
                throw new ArgumentException($"Unknown kind of source: {source.GetType().Name}", nameof(source));
        }
        _pinned = bytes.Pin();
        Source.Bytes = (nint)_pinned.Pointer;
        Source.Length = bytes.Length;
        // Which of them are usable the native side says; here a line must stay a line.
        Source.Trackers = _text.Add(Lines(trackers, TorrentLimits.MaxTrackers));
        Source.Peers = _text.Add(Lines(options.Peers, MaxPeers));
    }

    /// <summary>For the log.</summary>
    public string Infohash { get; }

    public void Dispose()
    {
        _pinned.Dispose();
        _text.Dispose();
    }

    private static byte[] CheckedMagnet(string uri)
    {
        if (uri.Length > MaxMagnetCharacters)
            throw new TorrentException(TorrentErrorKind.LimitExceeded, $"The magnet link is longer than {MaxMagnetCharacters} characters.");
        if (!uri.StartsWith("magnet:?", StringComparison.OrdinalIgnoreCase))
            throw new TorrentException(TorrentErrorKind.MalformedSource, "A magnet link starts with magnet:?");
        if (uri.Split("xt=urn:btih:").Length > 2)
            throw new TorrentException(TorrentErrorKind.MalformedSource, "The magnet link names more than one v1 torrent.");
        return Encoding.UTF8.GetBytes(uri);
    }

    private static string MagnetOf(string hex)
    {
        if (hex.All(char.IsAsciiHexDigit))
        {
            if (hex.Length == 40)
                return $"magnet:?xt=urn:btih:{hex}";
            // 1220: a multihash of SHA-256 and 32 bytes (BEP 52).
            if (hex.Length == 64)
                return $"magnet:?xt=urn:btmh:1220{hex}";
        }
        throw new TorrentException(TorrentErrorKind.MalformedSource, "An infohash is 40 (v1) or 64 (v2) hex digits.");
    }

    private static string InfohashOf(TorrentMetadata metadata) => metadata.InfohashV1 ?? metadata.InfohashV2 ?? "";

    private static string InfohashOf(string magnet)
    {
        var start = magnet.IndexOf("urn:bt", StringComparison.OrdinalIgnoreCase);
        var rest = start < 0 ? "" : magnet[(start + "urn:btih:".Length)..];
        return new string([.. rest.TakeWhile(char.IsAsciiLetterOrDigit)]);
    }

    private static string Lines(IEnumerable<string> lines, int limit) =>
        string.Join('\n', lines.Where(l => !l.AsSpan().ContainsAny('\n', '\0')).Take(limit));
}
