using EventTorrent.Hosting;

namespace EventTorrent.Workers.Download;

/// <summary>How a file was: whoever changes it leaves another size or time.</summary>
/// <param name="Name">In the directory of its torrent.</param>
/// <param name="Length">-1 when there was none.</param>
/// <param name="ModifiedTicks">UTC; 0 when there was none.</param>
public sealed record FileMark(string Name, long Length, long ModifiedTicks)
{
    public static FileMark Of(string directory, string name)
    {
        var file = SafePath.IsOwnName(name) ? new FileInfo(SafePath.Join(directory, name)) : null;
        return file is { Exists: true } ? new FileMark(name, file.Length, file.LastWriteTimeUtc.Ticks) : new FileMark(name, -1, 0);
    }
}
