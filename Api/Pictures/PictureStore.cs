using System.Globalization;
using System.Security.Cryptography;
using EventTorrent.Contracts;
using EventTorrent.Hosting;
using EventTorrent.Storage;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace EventTorrent.Api.Pictures;

/// <summary>
/// The pictures as files: <c>{data}/screenshots/{infohash}/{file}/{index}.jpg</c>. A file under that name is whole: it was
/// written under another name and renamed.
/// </summary>
internal sealed class PictureStore(IOptions<StorageOptions> options)
{
    public const string ContentType = "image/jpeg";

    /// <summary>Below the data directory.</summary>
    public const string Folder = "screenshots";

    private readonly string _root = SafePath.Join(options.Value.DataDirectory, Folder);

    /// <summary>Puts a picture into its place, or leaves it there when it is the same.</summary>
    /// <exception cref="IOException">The disk is full, for example; nothing has changed then.</exception>
    public async Task StoreAsync(Infohash infohash, PicturePlace place, ReadOnlyMemory<byte> jpeg, CancellationToken cancellationToken)
    {
        var path = PathOf(infohash, place);
        if (await IsSameAsync(path, jpeg, cancellationToken))
        {
            return;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await WholeFile.WriteAsync(path, jpeg, cancellationToken);
    }

    public Picture? Find(Infohash infohash, PicturePlace place) => Of(new FileInfo(PathOf(infohash, place)));

    /// <summary>The first picture of the first file that has any.</summary>
    public Picture? First(Infohash infohash)
    {
        try
        {
            var files = from directory in new DirectoryInfo(SafePath.Join(_root, infohash.ToString())).EnumerateDirectories()
                        where NumberOf(directory.Name) is not null
                        orderby NumberOf(directory.Name)
                        select directory;
            foreach (var directory in files)
            {
                var first = directory.EnumerateFiles("*.jpg")
                    .Select(file => (File: file, Number: NumberOf(Path.GetFileNameWithoutExtension(file.Name))))
                    .Where(picture => picture.Number is not null).MinBy(picture => picture.Number).File;
                if (first is not null && Of(first) is { } picture)
                {
                    return picture;
                }
            }
        }
        catch (DirectoryNotFoundException)
        {
            // There are none yet, or they are being removed.
        }

        return null;
    }

    /// <summary>Whether any picture of a torrent is here.</summary>
    public bool Has(Infohash infohash) =>
        new DirectoryInfo(SafePath.Join(_root, infohash.ToString())) is { Exists: true } directory
        && directory.EnumerateDirectories().Any(file => char.IsAsciiDigit(file.Name[0]));

    /// <summary>SHA-256 of a picture in lower-case hex digits, or null when it is not here.</summary>
    public async Task<string?> HashAsync(Infohash infohash, PicturePlace place, CancellationToken cancellationToken)
    {
        try
        {
            await using var file = File.OpenRead(PathOf(infohash, place));
            return Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellationToken));
        }
        catch (Exception gone) when (gone is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Removes all pictures of a torrent and what was made of them; it is no error when there are none.</summary>
    public void Purge(Infohash infohash)
    {
        try
        {
            Directory.Delete(SafePath.Join(_root, infohash.ToString()), recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
        }
    }

    /// <summary>The torrents that have a directory here.</summary>
    public IEnumerable<Infohash> List()
    {
        if (!Directory.Exists(_root))
        {
            yield break;
        }

        foreach (var directory in Directory.EnumerateDirectories(_root))
        {
            if (Infohash.TryParse(Path.GetFileName(directory), out var infohash) && infohash.ToString() == Path.GetFileName(directory))
            {
                yield return infohash;
            }
        }
    }

    private string PathOf(Infohash infohash, PicturePlace place) =>
        SafePath.Join(_root, infohash.ToString(), PicturePlace.Text(place.File), $"{PicturePlace.Text(place.Index)}.jpg");

    private static Picture? Of(FileInfo file)
    {
        if (!file.Exists)
        {
            return null;
        }

        var modified = new DateTimeOffset(file.LastWriteTimeUtc, TimeSpan.Zero);
        return new Picture(file.FullName, modified, new EntityTagHeaderValue($"\"{modified.UtcTicks:x}-{file.Length:x}\""));
    }

    private static int? NumberOf(string name) => int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static async Task<bool> IsSameAsync(string path, ReadOnlyMemory<byte> jpeg, CancellationToken cancellationToken)
    {
        var file = new FileInfo(path);
        return file.Exists && file.Length == jpeg.Length
            && (await File.ReadAllBytesAsync(path, cancellationToken)).AsSpan().SequenceEqual(jpeg.Span);
    }
}
