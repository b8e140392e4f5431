using System.Diagnostics;
using System.Security.Cryptography;

namespace EventTorrent.Fuzz;

/// <summary>An input that a reader did not stand.</summary>
/// <param name="Kind">Exception and place: two finds of one kind are one fault.</param>
internal sealed record Find(string Kind, string Message, byte[] File)
{
    public static string KindOf(Exception failure)
    {
        var place = new StackTrace(failure).GetFrames()
            .Select(frame => frame.GetMethod())
            .FirstOrDefault(method => method?.DeclaringType?.Namespace?.StartsWith("EventTorrent.Media", StringComparison.Ordinal) == true);
        return $"{failure.GetType().Name} in {place?.DeclaringType?.Name}.{place?.Name}";
    }

    /// <summary>Writes the input under a name of its own and returns the path.</summary>
    public string Save(string folder, string target)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Join(folder, $"{target}-{Convert.ToHexStringLower(SHA256.HashData(File))[..12]}.bin");
        System.IO.File.WriteAllBytes(path, File);
        return path;
    }
}
