using System.Buffers.Binary;
using EventTorrent.Media.Containers.Pictures;

namespace EventTorrent.Media.Containers.Avi;

/// <summary>
/// AVI files (AVI RIFF File Reference) with the index idx1, with the indexes of OpenDML 1.02, or with none, when the
/// pictures are looked for.
/// </summary>
internal sealed class AviReader : IContainerReader
{
    /// <summary>The header list has a few KiB, palettes and padding included.</summary>
    private const int MaxHeaderBytes = 1024 * 1024;

    /// <summary>A film of three hours with two sound tracks has an idx1 of 15 MiB.</summary>
    private const long MaxIndexBytes = 48L * 1024 * 1024;

    /// <summary>Chunks beside the list "movi".</summary>
    private const int MaxChunks = 256;

    private const int SuperHeaderLength = 24;
    private const int SuperEntryLength = 16;

    /// <inheritdoc />
    public string Container => ContainerSniffer.Avi;

    /// <inheritdoc />
    public string Demuxer => "avi";

    /// <inheritdoc />
    public async Task<VideoIndex> ReadIndexAsync(IndexWindow window, CancellationToken cancellationToken)
    {
        var needed = new List<ByteRange>();
        AviStream? stream = null;
        ByteRange? movi = null;
        var entries = default(AviIndexEntries);
        var position = (long)RiffChunk.ListHeaderLength;
        for (var chunks = 0; chunks < MaxChunks && position + RiffChunk.HeaderLength <= window.Length; chunks++)
        {
            var start = new ByteRange(position, Math.Min(RiffChunk.ListHeaderLength, window.Length - position));
            var bytes = await window.ReadAsync(start, cancellationToken, movi is null ? CountingByteSource.BlockSize : AheadOfIndex(window.Length, position));
            RiffChunk.TryRead(bytes.Span, out var chunk);
            var whole = new ByteRange(position, Math.Min(RiffChunk.HeaderLength + (long)chunk.Length, window.Length - position));
            if (chunk.IsListOf("hdrl"u8))
            {
                stream = await ReadHeaderAsync(window, whole, cancellationToken);
                needed.Add(whole);
                if (stream.SuperIndex.Length >= SuperHeaderLength
                    && await TryReadSuperIndexAsync(window, stream, needed, cancellationToken) is { } standard)
                    return Index(stream, standard, needed);
            }
            else if (chunk.IsListOf("movi"u8) && movi is null)
            {
                // Writers that were cut off leave a length of 0.
                movi = chunk.Length <= 4 ? new(position + RiffChunk.ListHeaderLength, window.Length - position - RiffChunk.ListHeaderLength)
                    : whole with { Offset = position + RiffChunk.ListHeaderLength, Length = Math.Max(whole.Length - RiffChunk.ListHeaderLength, 0) };
                needed.Add(start);
                if (chunk.Length <= 4)
                    break;
            }
            else if (chunk.Is("idx1"u8) && stream is not null && movi is { } list)
            {
                entries = await ReadOldIndexAsync(window, stream, list, whole, cancellationToken);
                needed.Add(whole);
                break;
            }

            position += chunk.TotalLength;
        }

        if (stream is null)
            throw new MediaException(MediaErrorKind.IndexNotFound, "The AVI file has no header.");
        if (entries is { Keyframes.Count: > 0 } && await IsTrueAsync(window, stream, entries.Keyframes, cancellationToken))
            return Index(stream, entries, needed);
        return movi is { } media
            ? await ScanAsync(window, stream, media, needed, cancellationToken)
            : throw new MediaException(MediaErrorKind.IndexNotFound, "The AVI file has no pictures.");
    }

    /// <inheritdoc />
    public Task<LocatedKeyframe?> LocateAsync(
        IndexWindow window, ReadOnlyMemory<byte> head, Keyframe entry, CancellationToken cancellationToken) =>
        AviMiniFile.ReadHead(head) is { } stream
            ? SequentialScan.LocateAsync(window, entry, new AviScan(stream).NextAsync, cancellationToken)
            : Task.FromResult<LocatedKeyframe?>(null);

    /// <inheritdoc />
    public bool IsHead(ReadOnlySpan<byte> head) => AviMiniFile.IsHead(head);

    /// <inheritdoc />
    public IReadOnlyList<ReadOnlyMemory<byte>> BuildMiniFile(ReadOnlyMemory<byte> head, ReadOnlyMemory<byte> keyframe) =>
        AviMiniFile.Build(head, keyframe);

    private static async Task<AviStream> ReadHeaderAsync(IndexWindow window, ByteRange hdrl, CancellationToken cancellationToken)
    {
        if (hdrl.Length > MaxHeaderBytes)
            throw new MediaException(MediaErrorKind.LimitExceeded, $"The header list has {hdrl.Length} bytes.");
        var bytes = await window.ReadAsync(hdrl, cancellationToken);
        return AviStream.FindVideo(bytes[Math.Min(RiffChunk.ListHeaderLength, bytes.Length)..])
            ?? throw new MediaException(MediaErrorKind.IndexNotFound, "The AVI file has no video stream.");
    }

    /// <summary>indx (OpenDML 1.02, 3.0) names the chunks ix## that hold the index, all of which are read in one round.</summary>
    /// <returns>Null when it is of another kind or leads nowhere.</returns>
    private static async Task<AviIndexEntries?> TryReadSuperIndexAsync(
        IndexWindow window, AviStream stream, List<ByteRange> needed, CancellationToken cancellationToken)
    {
        var entries = new AviIndexEntries(stream, window.Length);
        if (stream.SuperIndex.Span[3] != 0)
        {
            entries.AddStandard(stream.SuperIndex.Span);
            return entries.Keyframes.Count > 0 ? entries : null;
        }

        var ranges = SuperEntries(stream.SuperIndex.Span, window.Length);
        if (ranges.Sum(range => range.Length) > MaxIndexBytes)
            throw new MediaException(MediaErrorKind.LimitExceeded, "The OpenDML index is too big.");
        var parts = await window.ReadAllAsync(ranges, cancellationToken);
        foreach (var part in parts)
        {
            if (part.Span.StartsWith("ix"u8))
                entries.AddStandard(part.Span[RiffChunk.HeaderLength..]);
        }

        if (entries.Keyframes.Count == 0)
            return null;
        needed.AddRange(ranges);
        return entries;
    }

    private static List<ByteRange> SuperEntries(ReadOnlySpan<byte> indx, long fileLength)
    {
        const int MaxEntries = 128;
        var ranges = new List<ByteRange>();
        var count = BinaryPrimitives.ReadUInt32LittleEndian(indx[4..]);
        var rest = indx[SuperHeaderLength..];
        for (var i = 0u; i < count && i < MaxEntries && rest.Length >= SuperEntryLength; i++, rest = rest[SuperEntryLength..])
        {
            var offset = BinaryPrimitives.ReadInt64LittleEndian(rest);
            var length = BinaryPrimitives.ReadUInt32LittleEndian(rest[8..]);
            if (offset > 0 && length > RiffChunk.HeaderLength && length <= fileLength && offset <= fileLength - length)
                ranges.Add(new(offset, length));
        }

        return ranges;
    }

    private static async Task<AviIndexEntries> ReadOldIndexAsync(
        IndexWindow window, AviStream stream, ByteRange movi, ByteRange idx1, CancellationToken cancellationToken)
    {
        if (idx1.Length > MaxIndexBytes)
            throw new MediaException(MediaErrorKind.LimitExceeded, $"idx1 has {idx1.Length} bytes.");
        var bytes = (await window.ReadAsync(idx1, cancellationToken))[RiffChunk.HeaderLength..];
        var entries = new AviIndexEntries(stream, window.Length);
        var origin = await FindOriginAsync(window, movi, bytes, cancellationToken);
        entries.AddOld(bytes.Span, origin);
        return entries;
    }

    /// <summary>
    /// Offsets count from the name of the list "movi", or from the file's start. The first entry tells: its chunk is at one
    /// of the two places, or, where neither can be read cheaply, an offset in front of the list can only be relative.
    /// </summary>
    private static async Task<long> FindOriginAsync(
        IndexWindow window, ByteRange movi, ReadOnlyMemory<byte> idx1, CancellationToken cancellationToken)
    {
        var relative = movi.Offset - 4;
        if (idx1.Length < 16)
            return relative;

        var offset = (long)BinaryPrimitives.ReadUInt32LittleEndian(idx1.Span[8..]);
        if (offset < relative)
            return relative;

        if (relative + offset > window.Length - 4)
            return 0;
        var names = await window.ReadAllAsync([new(offset, 4), new(relative + offset, 4)], cancellationToken);
        return !names[0].Span.SequenceEqual(idx1.Span[..4]) && names[1].Span.SequenceEqual(idx1.Span[..4]) ? relative : 0;
    }

    /// <summary>Capture programs for Cinepak flag pictures that are no keyframes, and leave out those that are: some are looked at.</summary>
    private static async Task<bool> IsTrueAsync(
        IndexWindow window, AviStream stream, List<Keyframe> keyframes, CancellationToken cancellationToken)
    {
        const int Looks = 16;
        const int PeekBytes = 4096;
        if (stream.Coding != Coding.Cinepak)
            return true;

        var some = Enumerable.Range(0, Looks).Select(i => keyframes[(int)((long)i * keyframes.Count / Looks)]).Distinct().ToList();
        var peeks = await window.ReadAllAsync([.. some.Select(frame => frame.Range with { Length = Math.Min(frame.Length, PeekBytes) })], cancellationToken);
        return peeks.Count(peek => KeyframeSigns.IsKeyframe(stream.Coding, peek.Span[RiffChunk.HeaderLength..]) == true) * 2 > some.Count;
    }

    private static async Task<VideoIndex> ScanAsync(
        IndexWindow window, AviStream stream, ByteRange movi, List<ByteRange> needed, CancellationToken cancellationToken)
    {
        var duration = stream.TimeOf(stream.FrameCount);
        // Nothing tells keyframes of an unknown codec apart, but the first picture is one.
        var keyframes = stream.Coding == Coding.Unknown
            ? [new Keyframe(movi.Offset, 0, TimeSpan.Zero, Head: 0) { Anchor = movi.Offset }]
            : await SequentialScan.ReadAsync(window, movi, duration, new AviScan(stream).NextAsync, cancellationToken);
        return new(stream.Codec, duration, keyframes, _ => AviMiniFile.BuildHead(stream), needed);
    }

    /// <summary>Behind the pictures stands the index: when little is left, it is fetched together with its first bytes.</summary>
    private static long AheadOfIndex(long fileLength, long position)
    {
        const long AlwaysSmall = 512 * 1024;
        const long NeverSmall = 16 * 1024 * 1024;
        const int PartOfFile = 32;
        var left = fileLength - position;
        return left <= Math.Clamp(fileLength / PartOfFile, AlwaysSmall, NeverSmall) ? left : CountingByteSource.BlockSize;
    }

    private static VideoIndex Index(AviStream stream, AviIndexEntries entries, List<ByteRange> needed) =>
        new(stream.Codec, stream.TimeOf(entries.FrameCount), entries.Keyframes, _ => AviMiniFile.BuildHead(stream), needed);
}
