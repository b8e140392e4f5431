namespace EventTorrent.Contracts;

/// <summary>Checks the files of an info dictionary: the list of v1 (BEP 3) and the tree of v2 (BEP 52).</summary>
internal static class TorrentFileLists
{
    public const int MaxFiles = 10_000;

    private const int Sha256Length = 32;

    /// <summary>BEP 3: a list of { length, path }.</summary>
    public static string? ReadFiles(ref BencodeReader reader, out long? total)
    {
        const string Invalid = "The list of files is invalid.";
        total = null;
        if (!reader.TryEnterList())
        {
            return Invalid;
        }

        long sum = 0;
        for (var count = 0; !reader.TryLeave(); count++)
        {
            if (count == MaxFiles)
            {
                return $"The torrent has more than {MaxFiles} files.";
            }

            if (!reader.TryEnterDictionary() || !TryReadFile(ref reader, out var length) || (sum += length) > TorrentInfoReader.MaxSizeBytes)
            {
                return Invalid;
            }
        }

        total = sum;
        return null;
    }

    private static bool TryReadFile(ref BencodeReader reader, out long length)
    {
        length = -1;
        var hasPath = false;
        while (!reader.TryLeave())
        {
            if (!reader.TryReadString(out var key))
            {
                return false;
            }

            if (key.SequenceEqual("length"u8))
            {
                if (!reader.TryReadInteger(out length) || length is < 0 or > TorrentInfoReader.MaxSizeBytes)
                {
                    return false;
                }
            }
            else if (key.SequenceEqual("path"u8) || key.SequenceEqual("symlink path"u8))
            {
                hasPath |= key.SequenceEqual("path"u8);
                if (!TryReadPath(ref reader))
                {
                    return false;
                }
            }
            else if (!reader.TrySkip())
            {
                return false;
            }
        }

        return length >= 0 && hasPath;
    }

    private static bool TryReadPath(ref BencodeReader reader)
    {
        if (!reader.TryEnterList())
        {
            return false;
        }

        while (!reader.TryLeave())
        {
            if (!reader.TryReadString(out _))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>
    /// BEP 52: directories are dictionaries by name; a file is a dictionary whose only key is empty. Only dictionaries nest
    /// here, so a depth is all the state there is.
    /// </summary>
    public static string? ReadTree(ref BencodeReader reader, out long total)
    {
        const string Invalid = "The file tree is invalid.";
        total = 0;
        if (!reader.TryEnterDictionary())
        {
            return Invalid;
        }

        var files = 0;
        for (var depth = 1; depth > 0;)
        {
            if (reader.TryLeave())
            {
                depth--;
                continue;
            }

            if (!reader.TryReadString(out var name) || !reader.TryEnterDictionary())
            {
                return Invalid;
            }

            if (!name.IsEmpty)
            {
                depth++;
                continue;
            }

            if (depth == 1 || !TryReadLeaf(ref reader, out var length) || (total += length) > TorrentInfoReader.MaxSizeBytes)
            {
                return Invalid;
            }

            if (++files > MaxFiles)
            {
                return $"The torrent has more than {MaxFiles} files.";
            }
        }

        return null;
    }

    private static bool TryReadLeaf(ref BencodeReader reader, out long length)
    {
        length = -1;
        var hasRoot = false;
        var isLink = false;
        while (!reader.TryLeave())
        {
            if (!reader.TryReadString(out var key))
            {
                return false;
            }

            if (key.SequenceEqual("length"u8))
            {
                if (!reader.TryReadInteger(out length) || length is < 0 or > TorrentInfoReader.MaxSizeBytes)
                {
                    return false;
                }
            }
            else if (key.SequenceEqual("pieces root"u8))
            {
                if (!reader.TryReadString(out var root) || root.Length != Sha256Length || !root.ContainsAnyExcept((byte)0))
                {
                    return false;
                }

                hasRoot = true;
            }
            else if (key.SequenceEqual("symlink path"u8))
            {
                isLink = TryReadPath(ref reader);
                if (!isLink)
                {
                    return false;
                }
            }
            else if (!reader.TrySkip())
            {
                return false;
            }
        }

        // A link has no length of its own, an empty file no root.
        length = isLink ? 0 : length;
        return length == 0 || (length > 0 && hasRoot);
    }
}
