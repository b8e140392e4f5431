using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace EventTorrent.Contracts;

/// <summary>
/// Names the files of an info dictionary that <see cref="TorrentInfoReader"/> has checked: the list of v1 (BEP 3) when there is one, else the
/// tree of v2 (BEP 52), counted as workers count them. Files that only fill up pieces and links (BEP 47) are counted and left out.
/// </summary>
internal sealed class TorrentFileNames
{
    /// <summary>Names and paths beyond these no worker takes.</summary>
    private const int MaxNameBytes = 1024;
    private const int MaxPathLength = 4096;
    private const int MaxDepth = BencodeReader.MaxDepth;

    private readonly List<TorrentFile> _files = [];
    private int _count;

    private TorrentFileNames()
    {
    }

    /// <returns>False when it has paths that no worker takes.</returns>
    public static bool TryRead(ReadOnlySpan<byte> info, [NotNullWhen(true)] out IReadOnlyList<TorrentFile>? files)
    {
        var names = new TorrentFileNames();
        files = names._files;
        return names.TryReadInfo(info);
    }

    private bool TryReadInfo(ReadOnlySpan<byte> info)
    {
        ReadOnlySpan<byte> list = default, tree = default, name = default, nameUtf8 = default, attributes = default;
        long length = 0;
        var isV1 = false;
        var reader = new BencodeReader(info);
        reader.TryEnterDictionary();
        while (!reader.TryLeave())
        {
            if (!reader.TryReadString(out var key))
            {
                return false;
            }

            var start = reader.Position;
            if (!reader.TrySkip())
            {
                return false;
            }

            var value = info[start..reader.Position];
            var inside = new BencodeReader(value);
            switch (Encoding.Latin1.GetString(key[..Math.Min(key.Length, 16)]))
            {
                case "pieces": isV1 = true; break;
                case "files": list = value; break;
                case "file tree": tree = value; break;
                case "name": inside.TryReadString(out name); break;
                case "name.utf-8": inside.TryReadString(out nameUtf8); break;
                case "length": inside.TryReadInteger(out length); break;
                case "attr": inside.TryReadString(out attributes); break;
            }
        }

        if (!isV1)
        {
            return TryReadTree(tree);
        }

        if (!list.IsEmpty)
        {
            return TryReadList(list);
        }

        Add(ToText(nameUtf8.IsEmpty ? name : nameUtf8), length, attributes);
        return true;
    }

    private bool TryReadList(ReadOnlySpan<byte> list)
    {
        var reader = new BencodeReader(list);
        reader.TryEnterList();
        while (reader.TryEnterDictionary())
        {
            string? path = null, pathUtf8 = null;
            ReadOnlySpan<byte> attributes = default;
            long length = 0;
            while (!reader.TryLeave())
            {
                if (!reader.TryReadString(out var key))
                {
                    return false;
                }

                var isRead = true;
                if (key.SequenceEqual("length"u8))
                {
                    isRead = reader.TryReadInteger(out length);
                }
                else if (key.SequenceEqual("path"u8))
                {
                    isRead = TryReadPath(ref reader, out path);
                }
                else if (key.SequenceEqual("path.utf-8"u8))
                {
                    isRead = TryReadPath(ref reader, out pathUtf8);
                }
                else if (!key.SequenceEqual("attr"u8) || !reader.TryReadString(out attributes))
                {
                    isRead = reader.TrySkip();
                }

                if (!isRead)
                {
                    return false;
                }
            }

            Add(pathUtf8 ?? path ?? "", length, attributes);
        }

        return true;
    }

    /// <summary>The list of an odd torrent may be none: its file has no such name then.</summary>
    private static bool TryReadPath(ref BencodeReader reader, out string? path)
    {
        path = null;
        if (!reader.TryEnterList())
        {
            return reader.TrySkip();
        }

        var parts = new StringBuilder();
        while (!reader.TryLeave())
        {
            if (!reader.TryReadString(out var part))
            {
                return false;
            }

            parts.Append(parts.Length > 0 ? "/" : "").Append(ToText(part));
            if (parts.Length > MaxPathLength)
            {
                return false;
            }
        }

        path = parts.ToString();
        return true;
    }

    private bool TryReadTree(ReadOnlySpan<byte> tree)
    {
        var reader = new BencodeReader(tree);
        reader.TryEnterDictionary();
        // How long the path was before each directory that is open.
        var path = new StringBuilder();
        var open = new Stack<int>();
        while (true)
        {
            if (reader.TryLeave())
            {
                if (!open.TryPop(out var before))
                {
                    return true;
                }

                path.Length = before;
                continue;
            }

            if (!reader.TryReadString(out var name) || !reader.TryEnterDictionary())
            {
                return false;
            }

            if (name.IsEmpty)
            {
                if (!TryReadLeaf(ref reader, out var length, out var attributes))
                {
                    return false;
                }

                Add(path.ToString(), length, attributes);
                continue;
            }

            open.Push(path.Length);
            path.Append(path.Length > 0 ? "/" : "").Append(ToText(name));
            if (open.Count > MaxDepth || path.Length > MaxPathLength)
            {
                return false;
            }
        }
    }

    private static bool TryReadLeaf(ref BencodeReader reader, out long length, out ReadOnlySpan<byte> attributes)
    {
        length = 0;
        attributes = default;
        while (!reader.TryLeave())
        {
            if (!reader.TryReadString(out var key))
            {
                return false;
            }

            var isRead = key.SequenceEqual("length"u8) ? reader.TryReadInteger(out length)
                : key.SequenceEqual("attr"u8) && reader.TryReadString(out attributes) || reader.TrySkip();
            if (!isRead)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>A path is shortened at once: thousands of files may share one that is very long.</summary>
    private void Add(string path, long length, ReadOnlySpan<byte> attributes)
    {
        var index = _count++;
        if (!attributes.ContainsAny("lp"u8))
        {
            _files.Add(new TorrentFile(index, ListedFiles.Shorten(path), length));
        }
    }

    private static string ToText(ReadOnlySpan<byte> utf8)
    {
        var text = Encoding.UTF8.GetString(utf8[..Math.Min(utf8.Length, MaxNameBytes)]);
        return text.Any(char.IsControl) ? string.Concat(text.Select(c => char.IsControl(c) ? '\uFFFD' : c)) : text;
    }
}
