using System.Globalization;

namespace EventTorrent.Contracts;

/// <summary>
/// Torrents whose videos are inside an archive: split into volumes, packed and hashed as a whole, so that nothing of them can
/// be shown without all of it.
/// </summary>
public static class PackedArchives
{
    private static readonly HashSet<string> Extensions = new(StringComparer.OrdinalIgnoreCase) { ".rar", ".zip", ".7z" };

    /// <summary>The kind of the archive that makes up the bulk of a torrent, such as ".rar"; null when there is none.</summary>
    public static string? Find(IReadOnlyList<TorrentFile> files)
    {
        var archive = files.Where(file => file.LengthBytes > 0 && IsVolume(file.Path)).ToList();
        return archive.Count > 0 && archive.Sum(file => file.LengthBytes) * 2 > files.Sum(file => Math.Max(0, file.LengthBytes))
            ? NameOf(archive.MaxBy(file => file.LengthBytes)!.Path)
            : null;
    }

    /// <summary>One sentence for a person.</summary>
    public static string Describe(string extension) =>
        $"The videos are inside an archive ({extension}): they can't be shown without downloading it.";

    /// <summary>"film.rar", "film.part01.rar", "film.r00", "film.z01", "film.7z", "film.7z.001".</summary>
    private static bool IsVolume(string path) => Path.GetExtension(path) is var extension
        && (Extensions.Contains(extension) || IsNumbered(extension, "rsz") || IsNumber(extension, digits: 3));

    private static bool IsNumbered(string extension, string letters) =>
        extension.Length == 4 && letters.Contains(char.ToLowerInvariant(extension[1])) && int.TryParse(extension.AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture, out _);

    private static bool IsNumber(string extension, int digits) =>
        extension.Length == 1 + digits && int.TryParse(extension.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out _);

    /// <summary>The format, where a volume's own extension is only a number.</summary>
    private static string NameOf(string path)
    {
        var extension = Path.GetExtension(path).ToLowerInvariant();
        return extension switch
        {
            _ when Extensions.Contains(extension) => extension,
            _ when IsNumbered(extension, "rs") => ".rar",
            _ when IsNumbered(extension, "z") => ".zip",
            _ => Path.GetExtension(Path.GetFileNameWithoutExtension(path)).ToLowerInvariant() is var inner && Extensions.Contains(inner) ? inner : extension,
        };
    }
}
