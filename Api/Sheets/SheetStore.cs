using System.Collections.Concurrent;
using EventTorrent.Api.Pictures;
using EventTorrent.Contracts;
using EventTorrent.Hosting;
using EventTorrent.Storage;
using Microsoft.Extensions.Options;

namespace EventTorrent.Api.Sheets;

/// <summary>
/// Sheets that were made, as files below the pictures of their torrent, each under the name of its content: a file is whole,
/// never changes, and is gone with the pictures. Whoever asks for one that is being made waits for that one.
/// </summary>
internal sealed class SheetStore(IOptions<StorageOptions> options, PictureStore pictures)
{
    /// <summary>Sheets of one file of a torrent; the ones not asked for longest go first.</summary>
    private const int MaxKept = 6;

    /// <summary>More than this at once is refused: whoever asks can ask again.</summary>
    private const int MaxWaiting = 16;

    private readonly string _root = SafePath.Join(options.Value.DataDirectory, PictureStore.Folder);
    private readonly ConcurrentDictionary<string, Lazy<Task>> _making = new();

    /// <param name="key">Lower-case hex digits that stand for the content.</param>
    /// <param name="make">Makes the JPEG. It goes on when this caller leaves, as others may wait.</param>
    /// <returns>The path of the sheet, or null when too many are being made.</returns>
    public async Task<string?> GetAsync(Infohash infohash, int file, string key, Func<Task<ReadOnlyMemory<byte>>> make, CancellationToken cancellationToken)
    {
        var directory = SafePath.Join(_root, infohash.ToString(), "sheets");
        var path = SafePath.Join(directory, $"{PicturePlace.Text(file)}-{key}.jpg");
        if (File.Exists(path))
        {
            return path;
        }

        if (_making.Count >= MaxWaiting)
        {
            return null;
        }

        var work = _making.GetOrAdd(path, _ => new Lazy<Task>(() => MakeAsync(infohash, file, directory, path, make)));
        await work.Value.WaitAsync(cancellationToken);
        return path;
    }

    private async Task MakeAsync(Infohash infohash, int file, string directory, string path, Func<Task<ReadOnlyMemory<byte>>> make)
    {
        // The caller's thread goes on at once: the entry must be there before the work ends.
        await Task.Yield();
        try
        {
            var jpeg = await make();
            Directory.CreateDirectory(directory);
            await WholeFile.WriteAsync(path, jpeg, CancellationToken.None);
            Trim(directory, file, path);
            // A delete may have passed by meanwhile.
            if (!pictures.Has(infohash))
            {
                pictures.Purge(infohash);
            }
        }
        finally
        {
            _making.TryRemove(path, out _);
        }
    }

    private static void Trim(string directory, int file, string newest)
    {
        foreach (var old in new DirectoryInfo(directory).EnumerateFiles($"{PicturePlace.Text(file)}-*.jpg")
            .Where(sheet => sheet.FullName != newest)
            .OrderByDescending(sheet => sheet.LastAccessTimeUtc).Skip(MaxKept - 1))
        {
            old.Delete();
        }
    }
}
