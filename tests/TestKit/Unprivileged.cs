using System.ComponentModel;
using System.Runtime.InteropServices;

namespace EventTorrent.TestKit;

/// <summary>
/// Servers that refuse to be root, or should not be. When the tests run as root (in a container), such a server runs as
/// nobody; else as whoever runs the tests.
/// </summary>
internal static partial class Unprivileged
{
    private const uint Nobody = 65_534;

    private static bool IsRoot { get; } = GetEffectiveUserId() == 0;

    /// <summary>Options of setpriv that give the rights up.</summary>
    public static IEnumerable<string> SetprivOptions => IsRoot ? [$"--reuid={Nobody}", $"--regid={Nobody}", "--clear-groups"] : [];

    /// <summary>Lets such a server own a file or directory.</summary>
    public static void Give(string path)
    {
        if (IsRoot && ChangeOwner(path, Nobody, Nobody) != 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError(), $"chown {path}");
        }
    }

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint GetEffectiveUserId();

    [LibraryImport("libc", EntryPoint = "chown", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ChangeOwner(string path, uint user, uint group);
}
