using System.Text;

namespace EventTorrent.Torrents;

/// <summary>The keys of an info dictionary that matter here (BEP 3, 27, 47, 52); values are cut out first and read later.</summary>
internal ref struct InfoDictionary
{
    private const int V2 = 2;

    /// <summary>Longer names are of no use to anybody, and many files may share one long directory.</summary>
    private const int MaxNameBytes = 1024;

    private const int MaxPathLength = 4096;

    private ReadOnlySpan<byte> _name;
    private ReadOnlySpan<byte> _nameUtf8;
    private ReadOnlySpan<byte> _files;
    private ReadOnlySpan<byte> _fileTree;
    private ReadOnlySpan<byte> _attributes;
    private long? _length;
    private long? _metaVersion;

    public long? PieceLength { get; private set; }

    /// <summary>Length of the v1 piece hashes; null for a torrent that is v2 only.</summary>
    public int? PiecesBytes { get; private set; }

    public bool IsPrivate { get; private set; }

    public readonly bool HasV1 => PiecesBytes is not null;

    public readonly bool HasV2 => _metaVersion == V2;

    public readonly string Name => Text(_nameUtf8.IsEmpty ? _name : _nameUtf8);

    public static InfoDictionary Read(ReadOnlySpan<byte> bytes)
    {
        var info = new InfoDictionary();
        var reader = new BencodeReader(bytes);
        reader.EnterDictionary();
        while (reader.MoveNext())
        {
            var key = reader.ReadString();
            if (key.SequenceEqual("name"u8) && reader.IsString)
                info._name = reader.ReadString();
            else if (key.SequenceEqual("name.utf-8"u8) && reader.IsString)
                info._nameUtf8 = reader.ReadString();
            else if (key.SequenceEqual("piece length"u8) && reader.IsInteger)
                info.PieceLength = reader.ReadInteger();
            else if (key.SequenceEqual("pieces"u8) && reader.IsString)
                info.PiecesBytes = reader.ReadString().Length;
            else if (key.SequenceEqual("length"u8) && reader.IsInteger)
                info._length = reader.ReadInteger();
            else if (key.SequenceEqual("private"u8) && reader.IsInteger)
                info.IsPrivate = reader.ReadInteger() == 1;
            else if (key.SequenceEqual("meta version"u8) && reader.IsInteger)
                info._metaVersion = reader.ReadInteger();
            else if (key.SequenceEqual("attr"u8) && reader.IsString)
                info._attributes = reader.ReadString();
            else if (key.SequenceEqual("files"u8) && reader.IsList)
                info._files = reader.Skip();
            else if (key.SequenceEqual("file tree"u8) && reader.IsDictionary)
                info._fileTree = reader.Skip();
            else
                reader.Skip();
        }
        if (!reader.AtEnd)
            throw BencodeReader.Malformed("something follows the info dictionary");
        if (!info.HasV1 && !info.HasV2)
            throw BencodeReader.Malformed("it has no piece hashes");
        if (!info.HasV1 && info._fileTree.IsEmpty)
            throw BencodeReader.Malformed("it has no file tree");
        if (info.Name.Length == 0)
            throw BencodeReader.Malformed("it has no name");
        return info;
    }

    public readonly void ReadV1Files(TorrentFileList files)
    {
        if (_files.IsEmpty)
        {
            files.Add(Name, _length, _attributes, pieceAligned: false);
            return;
        }
        var reader = new BencodeReader(_files);
        reader.EnterList();
        while (reader.MoveNext())
            ReadV1File(ref reader, files);
    }

    private static void ReadV1File(ref BencodeReader reader, TorrentFileList files)
    {
        string? path = null, pathUtf8 = null;
        long? length = null;
        ReadOnlySpan<byte> attributes = default;
        reader.EnterDictionary();
        while (reader.MoveNext())
        {
            var key = reader.ReadString();
            if (key.SequenceEqual("length"u8) && reader.IsInteger)
                length = reader.ReadInteger();
            else if (key.SequenceEqual("path"u8) && reader.IsList)
                path = ReadPath(ref reader);
            else if (key.SequenceEqual("path.utf-8"u8) && reader.IsList)
                pathUtf8 = ReadPath(ref reader);
            else if (key.SequenceEqual("attr"u8) && reader.IsString)
                attributes = reader.ReadString();
            else
                reader.Skip();
        }
        files.Add(pathUtf8 ?? path ?? throw BencodeReader.Malformed("a file has no path"), length, attributes, pieceAligned: false);
    }

    /// <summary>A name for display: cut when it is too long, and without control characters, which databases and terminals don't take.</summary>
    private static string Text(ReadOnlySpan<byte> bytes)
    {
        var text = Encoding.UTF8.GetString(bytes[..Math.Min(bytes.Length, MaxNameBytes)]);
        return text.Any(char.IsControl) ? string.Concat(text.Select(c => char.IsControl(c) ? '\uFFFD' : c)) : text;
    }

    private static string ReadPath(ref BencodeReader reader)
    {
        var path = new StringBuilder();
        reader.EnterList();
        while (reader.MoveNext())
        {
            if (path.Length > 0)
                path.Append('/');
            path.Append(Text(reader.ReadString()));
            if (path.Length > MaxPathLength)
                throw TorrentFileReader.Limit($"a path is longer than {MaxPathLength} characters");
        }
        return path.ToString();
    }

    public readonly void ReadFileTree(TorrentFileList files)
    {
        var reader = new BencodeReader(_fileTree);
        ReadDirectory(ref reader, "", files);
    }

    /// <summary>BEP 52: a dictionary by name; a file is a directory with one member of empty name.</summary>
    private static void ReadDirectory(ref BencodeReader reader, string path, TorrentFileList files)
    {
        reader.EnterDictionary();
        while (reader.MoveNext())
        {
            var name = Text(reader.ReadString());
            if (path.Length + name.Length > MaxPathLength)
                throw TorrentFileReader.Limit($"a path is longer than {MaxPathLength} characters");
            if (name.Length == 0)
                ReadV2File(ref reader, path, files);
            else
                ReadDirectory(ref reader, path.Length == 0 ? name : $"{path}/{name}", files);
        }
    }

    private static void ReadV2File(ref BencodeReader reader, string path, TorrentFileList files)
    {
        if (path.Length == 0)
            throw BencodeReader.Malformed("a file has no name");
        long? length = null;
        ReadOnlySpan<byte> attributes = default;
        reader.EnterDictionary();
        while (reader.MoveNext())
        {
            var key = reader.ReadString();
            if (key.SequenceEqual("length"u8) && reader.IsInteger)
                length = reader.ReadInteger();
            else if (key.SequenceEqual("attr"u8) && reader.IsString)
                attributes = reader.ReadString();
            else
                reader.Skip();
        }
        files.Add(path, length, attributes, pieceAligned: true);
    }
}
