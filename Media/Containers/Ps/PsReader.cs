using System.Buffers;
using EventTorrent.Media.Containers.Pictures;

namespace EventTorrent.Media.Containers.Ps;

/// <summary>
/// MPEG program streams: MPG, VOB (ISO/IEC 13818-1 2.5, ISO/IEC 11172-1). They have no index: pictures are looked for where
/// their time should be.
/// </summary>
internal sealed class PsReader : IContainerReader
{
    /// <summary>Video comes soon; DVDs begin with some hundred KiB of navigation at most.</summary>
    private static readonly int[] EdgeBytes = [16 * 1024, 64 * 1024, 256 * 1024, 2 * 1024 * 1024];

    /// <summary>Groups of pictures have 18 at most on DVDs: half of one is read on the way.</summary>
    private const int NearBytes = 64 * 1024;

    /// <inheritdoc />
    public string Container => ContainerSniffer.Ps;

    /// <inheritdoc />
    public string Demuxer => "mpeg";

    /// <inheritdoc />
    public async Task<VideoIndex> ReadIndexAsync(IndexWindow window, CancellationToken cancellationToken)
    {
        var (video, read) = await ReadStartAsync(window, cancellationToken);
        var duration = await ReadDurationAsync(window, video, cancellationToken);
        var keyframes = await SequentialScan.ReadAsync(
            window, new(0, window.Length), duration, new PsScan(video).NextAsync, cancellationToken);
        var head = PsMiniFile.BuildHead(video);
        return new(video.Codec, duration, keyframes, _ => head, [new(0, read)]);
    }

    /// <inheritdoc />
    public Task<LocatedKeyframe?> LocateAsync(
        IndexWindow window, ReadOnlyMemory<byte> head, Keyframe entry, CancellationToken cancellationToken) =>
        PsMiniFile.TryReadHead(head, out var video)
            ? SequentialScan.LocateAsync(window.ExpectNear(NearBytes), entry, new PsScan(video).NextAsync, cancellationToken, PsPictures.Search(window, video, entry))
            : Task.FromResult<LocatedKeyframe?>(null);

    /// <inheritdoc />
    public bool IsHead(ReadOnlySpan<byte> head) => PsMiniFile.TryReadHead(head.ToArray(), out _);

    /// <inheritdoc />
    public IReadOnlyList<ReadOnlyMemory<byte>> BuildMiniFile(ReadOnlyMemory<byte> head, ReadOnlyMemory<byte> keyframe) =>
        PsMiniFile.Build(head, keyframe);

    private static async Task<(PsVideo Video, long Read)> ReadStartAsync(IndexWindow window, CancellationToken cancellationToken)
    {
        var isScrambled = false;
        foreach (var size in EdgeBytes)
        {
            var length = Math.Min(size, window.Length);
            var bytes = await window.ReadAsync(new(0, length), cancellationToken);
            var stream = PsStream.Read(bytes.Span, streamId: 0, new ArrayBufferWriter<byte>());
            var coding = PsVideo.CodingOf(stream.Bytes.Span);
            isScrambled |= stream.IsScrambled;
            if (coding != Coding.Unknown && !stream.IsScrambled)
                return (new(stream.StreamId, coding, stream.FirstPts ?? 0, PsVideo.HeadersOf(stream.Bytes)), length);
            if (length == window.Length)
                break;
        }

        throw isScrambled
            ? new MediaException(MediaErrorKind.Encrypted, "The video is scrambled.")
            : new MediaException(MediaErrorKind.IndexNotFound, "The program stream has no video that we know.");
    }

    private static async Task<TimeSpan> ReadDurationAsync(IndexWindow window, PsVideo video, CancellationToken cancellationToken)
    {
        foreach (var size in EdgeBytes)
        {
            var length = Math.Min(size, window.Length);
            var bytes = await window.ReadAsync(new(window.Length - length, length), cancellationToken);
            if (PsStream.Read(bytes.Span, video.StreamId, new ArrayBufferWriter<byte>()).LastPts is { } last)
                return PesClock.Between(video.FirstPts, last);
        }

        return TimeSpan.Zero;
    }
}
