using EventTorrent.Media.Containers.Pictures;

namespace EventTorrent.Media.Containers.Ts;

/// <summary>
/// MPEG transport streams (ISO/IEC 13818-1), plain, of Blu-ray (192 bytes) and of DVB with check bytes (204). They have no
/// index: pictures are looked for where their time should be.
/// </summary>
internal sealed class TsReader : IContainerReader
{
    /// <summary>Tables come ten times a second, pictures more often.</summary>
    private static readonly int[] EdgeBytes = [16 * 1024, 64 * 1024, 256 * 1024, 2 * 1024 * 1024];

    /// <inheritdoc />
    public string Container => ContainerSniffer.Ts;

    /// <inheritdoc />
    public string Demuxer => "mpegts";

    /// <inheritdoc />
    public async Task<VideoIndex> ReadIndexAsync(IndexWindow window, CancellationToken cancellationToken)
    {
        var (video, first, read) = await ReadStartAsync(window, cancellationToken);
        var needed = new List<ByteRange> { new(0, read) };
        var duration = await ReadDurationAsync(window, video, cancellationToken);
        var media = new ByteRange(first, window.Length - first);
        var keyframes = await SequentialScan.ReadAsync(window, media, duration, new TsScan(video).NextAsync, cancellationToken);
        var head = TsMiniFile.BuildHead(video);
        return new(video.Codec, duration, keyframes, _ => head, needed);
    }

    /// <inheritdoc />
    public Task<LocatedKeyframe?> LocateAsync(
        IndexWindow window, ReadOnlyMemory<byte> head, Keyframe entry, CancellationToken cancellationToken) =>
        TsMiniFile.TryReadHead(head.Span, out var video)
            ? SequentialScan.LocateAsync(window, entry, new TsScan(video).NextAsync, cancellationToken, TsPictures.Search(window, video, entry))
            : Task.FromResult<LocatedKeyframe?>(null);

    /// <inheritdoc />
    public bool IsHead(ReadOnlySpan<byte> head) => TsMiniFile.TryReadHead(head, out _);

    /// <inheritdoc />
    public IReadOnlyList<ReadOnlyMemory<byte>> BuildMiniFile(ReadOnlyMemory<byte> head, ReadOnlyMemory<byte> keyframe) =>
        TsMiniFile.Build(head, keyframe);

    private static async Task<(TsVideo Video, int First, long Read)> ReadStartAsync(IndexWindow window, CancellationToken cancellationToken)
    {
        foreach (var size in EdgeBytes)
        {
            var length = Math.Min(size, window.Length);
            var bytes = await window.ReadAsync(new(0, length), cancellationToken);
            if (!TsLayout.TryDetect(bytes.Span, out var stride, out var first))
                throw new MediaException(MediaErrorKind.IndexMalformed, "The transport stream has no packets at its start.");
            if (TsTables.TryFindVideo(bytes.Span, stride, out var pid, out var coding))
            {
                var (pts, isScrambled) = ReadTimes(bytes.Span, stride, pid, takeLast: false);
                if (isScrambled)
                    throw new MediaException(MediaErrorKind.Encrypted, "The video is scrambled.");
                if (pts is not null || length == window.Length)
                    return (new(stride, pid, coding, pts ?? 0, TsPictures.CounterOf(bytes.Span, stride, pid, coding)), first, length);
            }

            if (length == window.Length)
                break;
        }

        throw new MediaException(MediaErrorKind.IndexNotFound, "The transport stream names no video that we know.");
    }

    private static async Task<TimeSpan> ReadDurationAsync(IndexWindow window, TsVideo video, CancellationToken cancellationToken)
    {
        foreach (var size in EdgeBytes)
        {
            var length = Math.Min(size, window.Length);
            var bytes = await window.ReadAsync(new(window.Length - length, length), cancellationToken);
            if (ReadTimes(bytes.Span, video.Stride, video.Pid, takeLast: true).Pts is { } last)
                return PesClock.Between(video.FirstPts, last);
        }

        return TimeSpan.Zero;
    }

    /// <summary>The first or the last time stamp of the video, and whether all of it is scrambled.</summary>
    private static (long? Pts, bool IsScrambled) ReadTimes(ReadOnlySpan<byte> bytes, int stride, int pid, bool takeLast)
    {
        long? pts = null;
        var (clear, scrambled) = (0, 0);
        var walk = new TsWalk(bytes, stride);
        while (walk.MoveNext())
        {
            var packet = walk.Packet;
            if (packet.Pid != pid || packet.Payload.IsEmpty)
                continue;

            clear += packet.IsScrambled ? 0 : 1;
            scrambled += packet.IsScrambled ? 1 : 0;
            if (packet.IsStart && !packet.IsScrambled && (takeLast || pts is null) && PesHeader.TryRead(packet.Payload, out var header))
                pts = header.Pts ?? pts;
        }

        return (pts, scrambled > 0 && clear == 0);
    }
}
