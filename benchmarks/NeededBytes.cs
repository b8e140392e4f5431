using System.Buffers.Binary;
using System.Globalization;
using EventTorrent.TestKit;

namespace EventTorrent.Benchmarks;

/// <summary>
/// The least that screenshots of an MP4 file can cost, found without our own parsers: the moov box by the file's top-level
/// boxes, the keyframes by ffprobe.
/// </summary>
internal static class NeededBytes
{
    private static readonly TimeSpan ProbeDeadline = TimeSpan.FromMinutes(2);

    /// <summary>Half a frame at 25 frames per second: how far two clocks may differ about one keyframe.</summary>
    private const double SameFrameSeconds = 0.02;

    /// <summary>Bytes of all units of a size (blocks, pieces) that hold the index or one of the keyframes.</summary>
    public static long Of(IEnumerable<ByteSpan> spans, long unitBytes, long fileBytes) =>
        UnitsOf(spans, unitBytes).Sum(unit => Math.Min(unitBytes, fileBytes - (unit * unitBytes)));

    /// <summary>The units that hold something of the spans, each once.</summary>
    public static IEnumerable<long> UnitsOf(IEnumerable<ByteSpan> spans, long unitBytes) =>
        spans.SelectMany(span => Units(span, unitBytes)).Distinct();

    /// <summary>Where the index and the keyframes at the given times are.</summary>
    public static async Task<IReadOnlyList<ByteSpan>> FindAsync(string path, IEnumerable<double> keyframeSeconds, CancellationToken cancellationToken)
    {
        var output = await ToolProcess.RunAsync(
            "ffprobe",
            [
                "-v", "error", "-select_streams", "v:0", "-skip_frame", "nokey",
                "-show_entries", "frame=pts_time,pkt_pos,pkt_size", "-of", "csv=p=0", "file:" + path,
            ],
            ProbeDeadline,
            cancellationToken);
        var keyframes = output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(','))
            .Select(cells => (Seconds: Number(cells[0]), Span: new ByteSpan((long)Number(cells[1]), (long)Number(cells[2]))))
            .ToList();
        var chosen = keyframeSeconds.Select(seconds => keyframes.MinBy(keyframe => Math.Abs(keyframe.Seconds - seconds)) is var nearest
            && Math.Abs(nearest.Seconds - seconds) < SameFrameSeconds
                ? nearest.Span
                : throw new InvalidOperationException(FormattableString.Invariant($"The file has no keyframe at {seconds} s.")));
        return [await FindMoovAsync(path, cancellationToken), .. chosen];
    }

    private static IEnumerable<long> Units(ByteSpan span, long unitBytes)
    {
        for (var unit = span.Offset / unitBytes; unit * unitBytes < span.Offset + span.Length; unit++)
        {
            yield return unit;
        }
    }

    /// <summary>ISO/IEC 14496-12 4.2: a file is a row of boxes, each with its size and type in front.</summary>
    private static async Task<ByteSpan> FindMoovAsync(string path, CancellationToken cancellationToken)
    {
        using var file = File.OpenHandle(path);
        var head = new byte[16];
        long size;
        for (long at = 0; at + 8 <= RandomAccess.GetLength(file); at += size)
        {
            await RandomAccess.ReadAsync(file, head, at, cancellationToken);
            size = BinaryPrimitives.ReadUInt32BigEndian(head);
            if (size == 1)
            {
                size = BinaryPrimitives.ReadInt64BigEndian(head.AsSpan(8));
            }

            if (head.AsSpan(4, 4).SequenceEqual("moov"u8))
            {
                return new ByteSpan(at, size);
            }

            if (size < 8)
            {
                break;
            }
        }

        throw new InvalidOperationException($"{path} has no moov box.");
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    internal readonly record struct ByteSpan(long Offset, long Length);
}
