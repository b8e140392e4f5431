using EventTorrent.Contracts;
using Microsoft.Extensions.Options;

namespace EventTorrent.Hosting;

/// <summary>The volume of this process: its paths and its room.</summary>
public sealed class Volume(IOptions<VolumeOptions> options)
{
    private readonly string _root = Path.GetFullPath(options.Value.Directory);

    public string Name => options.Value.Name;

    /// <summary>Free space that is never used up.</summary>
    public long ReserveBytes => options.Value.ReserveMiB * 1024L * 1024L;

    /// <summary>What may still be written; negative when the reserve is being eaten.</summary>
    public long AvailableBytes => FreeBytes - ReserveBytes;

    /// <summary>Free space of the file system, as an ordinary user has it.</summary>
    public long FreeBytes => new DriveInfo(Directory.CreateDirectory(_root).FullName).AvailableFreeSpace;

    /// <summary>Infohashes of the torrents that have a directory here.</summary>
    public IEnumerable<string> ListTorrents() => Directory.CreateDirectory(_root).EnumerateDirectories()
        .Where(directory => directory.LinkTarget is null && Infohash.TryParse(directory.Name, out var infohash) && infohash.ToString() == directory.Name)
        .Select(directory => directory.Name);

    /// <summary>The directory of a torrent, which need not be there.</summary>
    /// <param name="infohash">Lower-case hex digits.</param>
    public string DirectoryOf(string infohash) => SafePath.Join(_root, infohash);

    /// <summary>A path that nobody has yet, for the directory of a torrent that is to be removed.</summary>
    /// <param name="infohash">Lower-case hex digits.</param>
    public string NewTrash(string infohash) => SafePath.Join(_root, $"{TrashOf(infohash)}{Guid.NewGuid():N}");

    /// <summary>What is being removed of a torrent, or was when the process that did it ended.</summary>
    /// <param name="infohash">Lower-case hex digits, or null for every torrent.</param>
    public IReadOnlyList<string> ListTrash(string? infohash = null) =>
        [.. Directory.CreateDirectory(_root).EnumerateDirectories(TrashOf(infohash) + "*").Where(trash => trash.LinkTarget is null).Select(trash => trash.FullName)];

    private static string TrashOf(string? infohash) => infohash is null ? "purged-" : $"purged-{infohash}-";
}
