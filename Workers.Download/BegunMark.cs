using EventTorrent.Hosting;

namespace EventTorrent.Workers.Download;

/// <summary>
/// What everybody who begins in the directory of a torrent leaves there first, and nobody else ever: so that whoever is to remove what
/// lay there sees that it is not that any more. Only who holds the directory writes or trusts it; anybody may read it.
/// </summary>
public static class BegunMark
{
    public const string FileName = "begun";

    /// <summary>That of a directory in which nobody has begun, or a version that knew no marks.</summary>
    public const string None = "none";

    private const string NewName = "begun.new";
    private const int Length = 32;

    /// <summary>Leaves another mark.</summary>
    public static string Renew(string directory)
    {
        var mark = Guid.NewGuid().ToString("N");
        var path = SafePath.Join(directory, NewName);
        File.WriteAllText(path, mark);
        File.Move(path, SafePath.Join(directory, FileName), overwrite: true);
        return mark;
    }

    /// <returns>Null when there is no such directory.</returns>
    public static string? Read(string directory)
    {
        try
        {
            using var file = File.OpenRead(SafePath.Join(directory, FileName));
            var text = new byte[Length + 1];
            var mark = System.Text.Encoding.ASCII.GetString(text, 0, file.ReadAtLeast(text, text.Length, throwOnEndOfStream: false));
            return Guid.TryParseExact(mark, "N", out _) ? mark : None;
        }
        catch (FileNotFoundException)
        {
            return None;
        }
        catch (DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Whether a file of the directory is no content.</summary>
    public static bool IsName(string name) => name is FileName or NewName;
}
