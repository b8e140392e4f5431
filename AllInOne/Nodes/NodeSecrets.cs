using System.Security.Cryptography;
using System.Text;

namespace EventTorrent.AllInOne.Nodes;

/// <summary>The key that the service and its node share: made at the first start, readable by its owner alone.</summary>
internal static class NodeSecrets
{
    private const int KeyLength = 64;
    private const string FileName = "node.key";

    public static string PathIn(string dataDirectory) => Path.Combine(Path.GetFullPath(dataDirectory), FileName);

    /// <summary>The key of a data directory.</summary>
    /// <exception cref="IOException">It can be neither read nor made.</exception>
    public static string Take(string dataDirectory)
    {
        var path = PathIn(dataDirectory);
        if (!File.Exists(path))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            Make(path);
        }

        return File.ReadAllText(path).Trim();
    }

    private static void Make(string path)
    {
        var unfinished = $"{path}.{Guid.NewGuid():n}.tmp";
        var create = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            create.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var file = new FileStream(unfinished, create))
        {
            file.Write(Encoding.ASCII.GetBytes(RandomNumberGenerator.GetHexString(KeyLength, lowercase: true) + "\n"));
        }

        File.Move(unfinished, path, overwrite: true);
    }
}
