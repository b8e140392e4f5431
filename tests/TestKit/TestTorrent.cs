using System.Globalization;
using System.Net;
using System.Security.Cryptography;

namespace EventTorrent.TestKit;

/// <summary>A torrent of a test, with the content it was made of.</summary>
public sealed class TestTorrent
{
    private readonly string _savePath;

    internal TestTorrent(string savePath, byte[] infoBytes, string name, int pieceLengthBytes, IReadOnlyList<ContentFile> files, IReadOnlyList<string> trackers)
    {
        _savePath = savePath;
        InfoBytes = infoBytes;
        Name = name;
        PieceLengthBytes = pieceLengthBytes;
        Files = files;
        Trackers = trackers;
    }

    /// <summary>The directory that holds the file or folder called <see cref="Name"/>.</summary>
    public string SavePath => _savePath;

    public string Name { get; }

    /// <summary>The bencoded info dictionary.</summary>
    public byte[] InfoBytes { get; }

    /// <summary>40 lower-case hex digits.</summary>
    // SHA-1 is what BEP 3 prescribes.
#pragma warning disable CA5350
    public string Infohash => Convert.ToHexStringLower(SHA1.HashData(InfoBytes));
#pragma warning restore CA5350

    public int PieceLengthBytes { get; }

    public IReadOnlyList<ContentFile> Files { get; }

    public IReadOnlyList<string> Trackers { get; }

    public long TotalBytes => Files.Sum(file => file.LengthBytes);

    public int PieceCount => (int)((TotalBytes + PieceLengthBytes - 1) / PieceLengthBytes);

    /// <summary>The .torrent file. The info dictionary stands in it exactly as in <see cref="InfoBytes"/>.</summary>
    public byte[] FileBytes
    {
        get
        {
            var outer = new Dictionary<string, object>();
            if (Trackers.Count > 0)
            {
                outer["announce"] = Trackers[0];
                outer["announce-list"] = Trackers.Select(tracker => new List<object> { tracker }).ToList();
            }

            var bytes = Bencode.Encode(outer);
            return [.. bytes.AsSpan(0, bytes.Length - 1), .. "4:info"u8, .. InfoBytes, (byte)'e'];
        }
    }

    /// <summary>The same torrent (same infohash) with other trackers.</summary>
    public TestTorrent WithTrackers(params IEnumerable<string> trackers) =>
        new(_savePath, InfoBytes, Name, PieceLengthBytes, Files, [.. trackers]);

    /// <summary>A magnet link with the torrent's trackers and, as x.pe, the given peers.</summary>
    public string Magnet(params IEnumerable<IPEndPoint> peers) =>
        string.Concat(
        [
            $"magnet:?xt=urn:btih:{Infohash}&dn={Uri.EscapeDataString(Name)}",
            .. Trackers.Select(tracker => $"&tr={Uri.EscapeDataString(tracker)}"),
            .. peers.Select(peer => string.Create(CultureInfo.InvariantCulture, $"&x.pe={peer}")),
        ]);

    /// <summary>Writes the .torrent file.</summary>
    public async Task<string> SaveAsync(string path, CancellationToken cancellationToken)
    {
        await File.WriteAllBytesAsync(path, FileBytes, cancellationToken);
        return path;
    }

    /// <summary>The true bytes of the content at an offset, across file borders.</summary>
    public async Task<byte[]> ReadAsync(long offset, int length, CancellationToken cancellationToken)
    {
        var bytes = new byte[length];
        foreach (var file in Files)
        {
            var from = Math.Max(offset, file.OffsetBytes);
            var to = Math.Min(offset + length, file.OffsetBytes + file.LengthBytes);
            if (from < to)
            {
                using var handle = File.OpenHandle(file.FullPath);
                var part = bytes.AsMemory((int)(from - offset), (int)(to - from));
                if (await RandomAccess.ReadAsync(handle, part, from - file.OffsetBytes, cancellationToken) != part.Length)
                {
                    throw new IOException($"{file.FullPath} is shorter than when the torrent was made.");
                }
            }
        }

        return bytes;
    }

    /// <param name="FullPath">Where it is on disk.</param>
    /// <param name="Path">Its path as the torrent says it, '/' between the parts, without the torrent's name.</param>
    /// <param name="OffsetBytes">First byte in the torrent's content.</param>
    public sealed record ContentFile(string FullPath, string Path, long OffsetBytes, long LengthBytes);
}
