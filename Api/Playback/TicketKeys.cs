using System.Text.Json;
using EventTorrent.Api.Pictures;
using EventTorrent.Storage;
using Microsoft.Extensions.Options;

namespace EventTorrent.Api.Playback;

/// <summary>
/// The keys of tickets, read once at the start: one signs, all are published, so that a new one is known to the nodes
/// before it signs, and an old one as long as its last ticket lives. Invariants: a private key is readable by its owner
/// alone; two processes that start at once on one directory end with the same first key.
/// </summary>
internal sealed class TicketKeys(IOptions<PlaybackOptions> options, IOptions<StorageOptions> storage) : IHostedService, IDisposable
{
    private const string FirstFile = "1.pem";
    private const int MaxFiles = 16;
    private const long MaxFileBytes = 16 * 1024;

    private IReadOnlyList<TicketKey> _keys = [];
    private TicketKey? _current;

    public TicketKey Current => _current ?? throw new InvalidOperationException("The keys are read when the process starts.");

    public PublicKeySetView Public => new([.. _keys.Select(key => key.Public)]);

    /// <exception cref="OptionsValidationException">A key is none; the message names it, and nothing of what is in it.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var directory = Directory.CreateDirectory(options.Value.DirectoryIn(storage.Value.DataDirectory));
        (_keys, _current) = options.Value.Keys.Count > 0 ? ReadOptions(options.Value) : ReadFiles(options.Value, directory);
        await PublishAsync(options.Value.PublicKeysIn(storage.Value.DataDirectory), cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        foreach (var key in _keys)
        {
            key.Dispose();
        }
    }

    private static (IReadOnlyList<TicketKey> All, TicketKey Current) ReadOptions(PlaybackOptions options)
    {
        var keys = options.Keys.Select((pem, index) =>
            TicketKey.Read(pem) ?? throw Wrong($"{PlaybackOptions.Section}:Keys:{index} is no private EC key on P-256, as PEM.")).ToList();
        return (keys, keys[0]);
    }

    private static (IReadOnlyList<TicketKey> All, TicketKey Current) ReadFiles(PlaybackOptions options, DirectoryInfo directory)
    {
        var files = Find(directory);
        if (files.Length == 0)
        {
            MakeFirst(directory.FullName);
            files = Find(directory);
        }

        var keys = files.Select(file => (file.Name, Key: Read(file))).ToList();
        var current = options.CurrentKey is { } chosen ? keys.Find(key => key.Name == chosen).Key : keys[^1].Key;
        return ([.. keys.Select(key => key.Key)], current ?? throw Wrong($"{PlaybackOptions.Section}:CurrentKey is no file in {directory.FullName}."));
    }

    private static FileInfo[] Find(DirectoryInfo directory)
    {
        var files = directory.GetFiles("*.pem").OrderBy(file => file.Name, StringComparer.Ordinal).ToArray();
        return files.Length <= MaxFiles ? files : throw Wrong($"{directory.FullName} holds more than {MaxFiles} keys.");
    }

    /// <summary>Under its name only when it is whole, and only when no other process was first.</summary>
    private static void MakeFirst(string directory)
    {
        var unfinished = Path.Combine(directory, $"{Guid.NewGuid():n}.tmp");
        var create = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            create.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        try
        {
            using (var file = new FileStream(unfinished, create))
            {
                file.Write(System.Text.Encoding.ASCII.GetBytes(TicketKey.Generate()));
                file.Flush(flushToDisk: true);
            }

            File.Move(unfinished, Path.Combine(directory, FirstFile), overwrite: false);
        }
        catch (IOException) when (File.Exists(Path.Combine(directory, FirstFile)))
        {
            // The other's is as good.
        }
        finally
        {
            File.Delete(unfinished);
        }
    }

    private static TicketKey Read(FileInfo file) =>
        (file.Length <= MaxFileBytes ? TicketKey.Read(File.ReadAllText(file.FullName)) : null)
        ?? throw Wrong($"{file.FullName} is no private EC key on P-256, as PEM.");

    private async Task PublishAsync(string path, CancellationToken cancellationToken)
    {
        var set = JsonSerializer.SerializeToUtf8Bytes(Public);
        if (!File.Exists(path) || !(await File.ReadAllBytesAsync(path, cancellationToken)).SequenceEqual(set))
        {
            await WholeFile.WriteAsync(path, set, cancellationToken);
        }
    }

    private static OptionsValidationException Wrong(string message) => new(PlaybackOptions.Section, typeof(PlaybackOptions), [message]);
}
