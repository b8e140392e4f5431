namespace EventTorrent.Torrents;

/// <summary>The files of a torrent as they lie in its content, built up with checked sums.</summary>
internal sealed class TorrentFileList(int pieceLength)
{
    private readonly List<TorrentFileEntry> _entries = [];

    public IReadOnlyList<TorrentFileEntry> Entries => _entries;

    public long TotalBytes { get; private set; }

    /// <param name="pieceAligned">v2: every file that holds data starts at a piece (BEP 52).</param>
    public void Add(string path, long? lengthBytes, ReadOnlySpan<byte> attributes, bool pieceAligned)
    {
        if (_entries.Count >= TorrentLimits.MaxFiles)
            throw TorrentFileReader.Limit($"it has more than {TorrentLimits.MaxFiles} files");
        // BEP 47: p is a pad file, l a symbolic link, which takes no space.
        var isLink = attributes.Contains((byte)'l');
        var isPad = isLink || attributes.Contains((byte)'p');
        var length = isLink ? 0 : lengthBytes ?? throw BencodeReader.Malformed("a file has no length");
        if (length < 0)
            throw BencodeReader.Malformed("a file has a negative length");
        var offset = TotalBytes;
        if (pieceAligned && length > 0)
            offset += (pieceLength - offset % pieceLength) % pieceLength;
        // The total can't overflow: it stays below what the allowed number of pieces holds.
        if (length > (long)TorrentLimits.MaxPieces * pieceLength - offset)
            throw TorrentFileReader.Limit($"it has more than {TorrentLimits.MaxPieces} pieces");
        _entries.Add(new TorrentFileEntry(_entries.Count, path, offset, length, isPad));
        TotalBytes = length > 0 ? offset + length : TotalBytes;
    }
}
