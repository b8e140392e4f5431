using System.Security.Cryptography;

namespace EventTorrent.TestKit;

/// <summary>The directory of a private server: one that goes away with it, or one that is kept for the next time.</summary>
internal sealed class ServerHome : IAsyncDisposable
{
    private readonly TempDirectory? _temporary;

    /// <param name="directory">To be kept, made when it is not there; null for a temporary one.</param>
    public ServerHome(string? directory)
    {
        _temporary = directory is null ? new TempDirectory() : null;
        FullPath = directory is null ? _temporary!.FullPath : Directory.CreateDirectory(directory).FullName;
    }

    public string FullPath { get; }

    public bool IsKept => _temporary is null;

    /// <summary>A path inside; nothing is created.</summary>
    public string this[string name] => Path.Combine(FullPath, name);

    /// <summary>A word of chance that is the same each time the directory is used; it stands in the file of that name.</summary>
    public string Secret(string name)
    {
        if (!File.Exists(this[name]))
        {
            var unfinished = this[name + ".tmp"];
            File.WriteAllText(unfinished, RandomNumberGenerator.GetHexString(16, lowercase: true));
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(unfinished, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            }

            File.Move(unfinished, this[name]);
        }

        return File.ReadAllText(this[name]);
    }

    public ValueTask DisposeAsync() => _temporary?.DisposeAsync() ?? ValueTask.CompletedTask;
}
