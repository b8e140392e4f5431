using EventTorrent.Hosting;

namespace EventTorrent.Api.Pictures;

/// <summary>Files that are there in full or not at all, whatever happens while they are written.</summary>
internal static class WholeFile
{
    /// <param name="path">A path of ours in a directory that exists; a file there is replaced.</param>
    public static async Task WriteAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        var temporary = SafePath.Join(Path.GetDirectoryName(path)!, $"{Guid.NewGuid():n}.tmp");
        try
        {
            await using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0, useAsync: true))
            {
                await stream.WriteAsync(content, cancellationToken);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }
}
