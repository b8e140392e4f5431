using System.Security.Cryptography;

namespace EventTorrent.TestKit;

/// <summary>Makes v1 torrents (BEP 3) of files and folders.</summary>
public sealed class TorrentBuilder
{
    /// <summary>Bytes per piece; any number from 1, also one that no client would choose.</summary>
    public int PieceLengthBytes { get; init; } = 256 * 1024;

    public IReadOnlyList<string> Trackers { get; init; } = [];

    /// <summary>Sets the private flag (BEP 27): no DHT, no PEX.</summary>
    public bool IsPrivate { get; init; }

    /// <summary>Last change to the info dictionary before it is encoded, for torrents that lie.</summary>
    public Action<SortedDictionary<string, object>>? Tamper { get; init; }

    /// <summary>Reads a file, or all files of a folder in the order of their names, and makes the torrent.</summary>
    public async Task<TestTorrent> BuildAsync(string path, CancellationToken cancellationToken)
    {
        path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        var files = ListFiles(path);
        var info = new SortedDictionary<string, object>(StringComparer.Ordinal)
        {
            ["name"] = Path.GetFileName(path),
            ["piece length"] = PieceLengthBytes,
            ["pieces"] = await HashPiecesAsync(files, cancellationToken),
        };
        if (File.Exists(path))
        {
            info["length"] = files[0].LengthBytes;
        }
        else
        {
            info["files"] = files.Select(object (file) => new Dictionary<string, object>
            {
                ["length"] = file.LengthBytes,
                ["path"] = file.Path.Split('/').ToList(),
            }).ToList();
        }

        if (IsPrivate)
        {
            info["private"] = 1;
        }

        Tamper?.Invoke(info);
        return new TestTorrent(Path.GetDirectoryName(path)!, Bencode.Encode(info), Path.GetFileName(path), PieceLengthBytes, files, Trackers);
    }

    private static List<TestTorrent.ContentFile> ListFiles(string path)
    {
        if (File.Exists(path))
        {
            return [new TestTorrent.ContentFile(path, Path.GetFileName(path), 0, new FileInfo(path).Length)];
        }

        var files = new List<TestTorrent.ContentFile>();
        long offset = 0;
        foreach (var file in Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            var length = new FileInfo(file).Length;
            files.Add(new TestTorrent.ContentFile(file, Path.GetRelativePath(path, file), offset, length));
            offset += length;
        }

        return files;
    }

    private async Task<byte[]> HashPiecesAsync(List<TestTorrent.ContentFile> files, CancellationToken cancellationToken)
    {
        using var hashes = new MemoryStream();
        var piece = new byte[PieceLengthBytes];
        var filled = 0;
        foreach (var file in files)
        {
            await using var stream = File.OpenRead(file.FullPath);
            int read;
            while ((read = await stream.ReadAsync(piece.AsMemory(filled), cancellationToken)) > 0)
            {
                filled += read;
                if (filled == piece.Length)
                {
                    AddHash();
                }
            }
        }

        if (filled > 0)
        {
            AddHash();
        }

        return hashes.ToArray();

        void AddHash()
        {
            // SHA-1 is what BEP 3 prescribes.
#pragma warning disable CA5350
            hashes.Write(SHA1.HashData(piece.AsSpan(0, filled)));
#pragma warning restore CA5350
            filled = 0;
        }
    }
}
