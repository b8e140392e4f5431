using System.Buffers.Binary;
using System.IO.Compression;

namespace EventTorrent.Media.Containers.Mp4;

/// <summary>MP4, M4V, 3GP (ISO/IEC 14496-12) and QuickTime files, whole or in fragments.</summary>
internal sealed class Mp4Reader : IContainerReader
{
    /// <summary>A film of three hours with several sound tracks has a moov of about 10 MiB.</summary>
    public const long MaxMoovBytes = 64L * 1024 * 1024;

    /// <summary>A compressed moov (QuickTime's cmov) is of the 1990s: small.</summary>
    private const int MaxInflatedBytes = 16 * 1024 * 1024;

    /// <summary>Boxes before the moov.</summary>
    private const int MaxTopLevelBoxes = 4096;

    /// <inheritdoc />
    public string Container => ContainerSniffer.Mp4;

    /// <inheritdoc />
    public string Demuxer => "mov";

    /// <inheritdoc />
    public async Task<VideoIndex> ReadIndexAsync(IndexWindow window, CancellationToken cancellationToken)
    {
        var needed = new List<ByteRange>();
        ReadOnlyMemory<byte> ftyp = default;
        var hasFragments = false;
        var position = 0L;
        for (var boxes = 0; boxes < MaxTopLevelBoxes && position + 8 <= window.Length; boxes++)
        {
            var start = new ByteRange(position, Math.Min(BoxHeader.MaxLength, window.Length - position));
            var bytes = await window.ReadAsync(start, cancellationToken, ReadAhead(window.Length, position));
            if (!BoxHeader.TryRead(bytes.Span, window.Length - position, out var header))
                break;

            var box = new ByteRange(position, header.Length);
            if (header.Is("moov"u8))
            {
                var moov = await ReadMoovAsync(window, box, header, cancellationToken);
                needed.Add(box);
                return await Mp4Index.ReadAsync(window, ftyp, Inflate(moov), box.End, needed, cancellationToken);
            }

            if (header.Is("ftyp"u8) && header.Length <= CountingByteSource.BlockSize)
                ftyp = (await window.ReadAsync(box, cancellationToken))[header.HeaderLength..];
            // Fragments never come before the moov that they need (ISO/IEC 14496-12 8.8.4).
            hasFragments = header.Is("moof"u8);
            if (hasFragments)
                break;

            needed.Add(header.Is("ftyp"u8) && !ftyp.IsEmpty ? box : start);
            position += header.Length;
        }

        throw new MediaException(MediaErrorKind.IndexNotFound, hasFragments
            ? "The file has fragments but no moov box: it is a segment without its start."
            : "The MP4 file has no moov box; it may be cut off before its index.");
    }

    /// <inheritdoc />
    public async Task<LocatedKeyframe?> LocateAsync(
        IndexWindow window, ReadOnlyMemory<byte> head, Keyframe entry, CancellationToken cancellationToken)
    {
        if (!FragmentFacts.TryRead(head, out var facts))
            return null;

        var located = await new FragmentWalker(window, facts).LocateAsync(entry, FragmentPictures.Search(window, head.Span), cancellationToken);
        return located is null ? null : located with { Keyframe = located.Keyframe with { Head = entry.Head } };
    }

    /// <inheritdoc />
    public bool IsHead(ReadOnlySpan<byte> head) => Mp4MiniFile.IsHead(head);

    /// <inheritdoc />
    public IReadOnlyList<ReadOnlyMemory<byte>> BuildMiniFile(ReadOnlyMemory<byte> head, ReadOnlyMemory<byte> keyframe) =>
        Mp4MiniFile.Build(head, keyframe);

    /// <summary>
    /// What is left behind the media data is nearly always the moov alone: when it is small, it is fetched together with
    /// its first bytes, which saves a round.
    /// </summary>
    private static long ReadAhead(long fileLength, long position)
    {
        const long AlwaysSmall = 512 * 1024;
        const long NeverSmall = 16 * 1024 * 1024;
        const int PartOfFile = 32;
        var left = fileLength - position;
        return left <= Math.Clamp(fileLength / PartOfFile, AlwaysSmall, NeverSmall) ? left : CountingByteSource.BlockSize;
    }

    private static async Task<ReadOnlyMemory<byte>> ReadMoovAsync(
        IndexWindow window, ByteRange box, BoxHeader header, CancellationToken cancellationToken)
    {
        if (header.IsCut)
            throw new MediaException(MediaErrorKind.IndexMalformed, "The file ends inside its moov box.");
        if (header.Length > MaxMoovBytes)
            throw new MediaException(MediaErrorKind.LimitExceeded, $"The moov box has {header.Length} bytes.");
        return (await window.ReadAsync(box, cancellationToken))[header.HeaderLength..];
    }

    /// <summary>Unpacks a compressed moov: cmov holds dcom (method) and cmvd (size, then zlib data). QuickTime File Format, "Compressed movie resources".</summary>
    private static ReadOnlyMemory<byte> Inflate(ReadOnlyMemory<byte> moov)
    {
        var cmov = BoxReader.Find(moov, "cmov"u8);
        if (cmov.IsEmpty)
            return moov;

        var method = BoxReader.Find(cmov, "dcom"u8).Span;
        var data = BoxReader.Find(cmov, "cmvd"u8);
        if (!method.SequenceEqual("zlib"u8) || data.Length < 4)
            throw new MediaException(MediaErrorKind.IndexMalformed, "The compressed moov box is not of a known kind.");

        var length = BinaryPrimitives.ReadUInt32BigEndian(data.Span);
        if (length > MaxInflatedBytes)
            throw new MediaException(MediaErrorKind.LimitExceeded, $"The compressed moov box claims {length} bytes.");

        try
        {
            using var zlib = new ZLibStream(new MemoryStream(data[4..].ToArray()), CompressionMode.Decompress);
            var inflated = new byte[length];
            var read = zlib.ReadAtLeast(inflated, inflated.Length, throwOnEndOfStream: false);
            return BoxReader.Find(inflated.AsMemory(0, read), "moov"u8);
        }
        catch (InvalidDataException e)
        {
            throw new MediaException(MediaErrorKind.IndexMalformed, "The compressed moov box can't be unpacked.", e);
        }
    }
}
