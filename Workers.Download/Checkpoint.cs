using System.IO.Compression;
using System.Text.Json;

namespace EventTorrent.Workers.Download;

/// <summary>
/// What an attempt leaves to the next: the engine's resume data, and how the files were that it speaks of. It comes back from
/// a message, so that all of it is checked.
/// </summary>
/// <param name="Volume">Where the files are.</param>
/// <param name="Engine">Resume data of the engine.</param>
public sealed record Checkpoint(string Volume, string Infohash, IReadOnlyList<FileMark> Files, byte[] Engine)
{
    /// <summary>What the engine saves of a torrent with the most pieces, in base64, with room to spare.</summary>
    private const int MaxJsonBytes = 4 * 1024 * 1024;

    public byte[] ToBytes()
    {
        using var packed = new MemoryStream();
        using (var brotli = new BrotliStream(packed, CompressionLevel.Fastest))
        {
            JsonSerializer.Serialize(brotli, this);
        }

        return packed.ToArray();
    }

    /// <summary>Reads what <see cref="ToBytes"/> wrote; null for anything else.</summary>
    public static Checkpoint? TryParse(byte[]? bytes)
    {
        if (bytes is null)
        {
            return null;
        }

        try
        {
            using var brotli = new BrotliStream(new MemoryStream(bytes), CompressionMode.Decompress);
            var json = new byte[MaxJsonBytes];
            var length = brotli.ReadAtLeast(json, json.Length, throwOnEndOfStream: false);
            var checkpoint = length < json.Length ? JsonSerializer.Deserialize<Checkpoint>(json.AsSpan(0, length)) : null;
            return checkpoint is { Volume: not null, Infohash: not null, Files: not null, Engine: not null } ? checkpoint : null;
        }
        catch (Exception broken) when (broken is JsonException or InvalidDataException or InvalidOperationException or NotSupportedException)
        {
            return null;
        }
    }

    /// <summary>Whether it is of this torrent and volume, and each of its files is as it was then.</summary>
    public bool IsTrue(string volume, string infohash, string directory) =>
        Volume == volume && Infohash == infohash && Files.Count > 0 && Files.All(mark => mark?.Name is not null && FileMark.Of(directory, mark.Name) == mark);
}
