using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace EventTorrent.Api.Batches;

/// <summary>Takes a body apart into lines while it comes. What is held is what one read gave; of a line that is too long, nothing.</summary>
internal static class BodyLines
{
    private const byte End = (byte)'\n';

    /// <returns>Each line without its end, or null for one that is longer than <paramref name="maxBytes"/>.</returns>
    public static async IAsyncEnumerable<byte[]?> ReadAsync(PipeReader body, int maxBytes, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var isTooLong = false;
        for (var isOver = false; !isOver;)
        {
            var read = await body.ReadAsync(cancellationToken);
            var (lines, rest) = Cut(read.Buffer, maxBytes, isTooLong);
            isTooLong = rest.Length > maxBytes || (isTooLong && lines.Count == 0);
            isOver = read.IsCompleted;
            if (isOver && (isTooLong || rest.Length > 0))
            {
                lines.Add(isTooLong ? null : rest.ToArray());
            }

            body.AdvanceTo(isOver || isTooLong ? rest.End : rest.Start, rest.End);
            foreach (var line in lines)
            {
                yield return line;
            }
        }
    }

    private static (List<byte[]?> Lines, ReadOnlySequence<byte> Tail) Cut(ReadOnlySequence<byte> buffer, int maxBytes, bool isTooLong)
    {
        var lines = new List<byte[]?>();
        while (buffer.PositionOf(End) is { } end)
        {
            var line = buffer.Slice(0, end);
            lines.Add(isTooLong || line.Length > maxBytes ? null : line.ToArray());
            isTooLong = false;
            buffer = buffer.Slice(buffer.GetPosition(1, end));
        }

        return (lines, buffer);
    }
}
