using Microsoft.Win32.SafeHandles;

namespace EventTorrent.Media;

/// <summary>A file on the local disk.</summary>
public sealed class FileByteSource(string path) : IByteSource, IDisposable
{
    private readonly SafeFileHandle _file =
        File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.RandomAccess);

    /// <inheritdoc />
    public long Length => RandomAccess.GetLength(_file);

    /// <inheritdoc />
    /// <exception cref="EndOfStreamException">A range lies outside the file.</exception>
    public async Task<IReadOnlyList<ReadOnlyMemory<byte>>> ReadAsync(
        IReadOnlyList<ByteRange> ranges, CancellationToken cancellationToken)
    {
        var results = new ReadOnlyMemory<byte>[ranges.Count];
        for (var i = 0; i < results.Length; i++)
            results[i] = await ReadAsync(ranges[i], cancellationToken);
        return results;
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _file.Dispose();

    private async Task<byte[]> ReadAsync(ByteRange range, CancellationToken cancellationToken)
    {
        if (range.Offset < 0 || range.Length < 0 || range.Offset > Length - range.Length)
            throw new EndOfStreamException($"{range} lies outside a file of {Length} bytes.");

        var buffer = new byte[range.Length];
        for (var read = 0; read < buffer.Length;)
        {
            var count = await RandomAccess.ReadAsync(_file, buffer.AsMemory(read), range.Offset + read, cancellationToken);
            if (count == 0)
                throw new EndOfStreamException($"The file ended inside {range}.");
            read += count;
        }

        return buffer;
    }
}
