namespace EventTorrent.TestKit;

/// <summary>A directory of a test's own, removed with all it holds.</summary>
public sealed class TempDirectory : IAsyncDisposable
{
    private const int Attempts = 50;

    public TempDirectory() => FullPath = Directory.CreateTempSubdirectory("eventtorrent-testkit-").FullName;

    public string FullPath { get; }

    /// <summary>A path inside; nothing is created.</summary>
    public string this[string name] => Path.Combine(FullPath, name);

    /// <summary>Creates a directory inside.</summary>
    public string CreateDirectory(string name) => Directory.CreateDirectory(this[name]).FullName;

    public async ValueTask DisposeAsync()
    {
        // A process that was just killed may still be writing its last file.
        for (var attempt = 1; Directory.Exists(FullPath); attempt++)
        {
            try
            {
                Directory.Delete(FullPath, recursive: true);
            }
            catch (IOException) when (attempt < Attempts)
            {
                await Task.Delay(20);
            }
            catch (UnauthorizedAccessException) when (attempt < Attempts)
            {
                await Task.Delay(20);
            }
        }
    }
}
