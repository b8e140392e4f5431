using System.Buffers.Binary;

namespace EventTorrent.Media.Containers.Asf;

/// <summary>ASF and WMV files (ASF specification 01.20.06) with a simple index object, or with none, when packets are looked through.</summary>
internal sealed class AsfReader : IContainerReader
{
    /// <summary>Real headers have some 10 KiB, with pictures of the cover a few MiB.</summary>
    private const ulong MaxHeaderBytes = 16 * 1024 * 1024;

    /// <summary>Six bytes for each second or so: a day has 512 KiB.</summary>
    private const ulong MaxIndexBytes = 16 * 1024 * 1024;

    private const int DataFieldsLength = 50;
    private const int IndexFieldsLength = 56;
    private const int IndexEntryLength = 6;

    /// <summary>Objects behind the packets.</summary>
    private const int MaxObjects = 16;

    /// <inheritdoc />
    public string Container => ContainerSniffer.Asf;

    /// <inheritdoc />
    public string Demuxer => "asf";

    /// <inheritdoc />
    public async Task<VideoIndex> ReadIndexAsync(IndexWindow window, CancellationToken cancellationToken)
    {
        var (header, position) = await ReadHeaderAsync(window, cancellationToken);
        var data = new ByteRange(position, Math.Min(DataFieldsLength, Math.Max(window.Length - position, 0)));
        var fields = await window.ReadAsync(data, cancellationToken);
        if (data.Length < DataFieldsLength || !AsfObject.TryReadHeader(fields.Span, out var id, out var length) || id != AsfGuids.Data)
            throw new MediaException(MediaErrorKind.IndexNotFound, "The ASF file has no data object behind its header.");

        var needed = new List<ByteRange> { new(0, data.End) };
        // A recording that was cut off may claim too much, or too little.
        var dataEnd = length <= DataFieldsLength || length > (ulong)(window.Length - position) ? window.Length : position + (long)length;
        var packets = new ByteRange(data.End, (dataEnd - data.End) / header.PacketLength * header.PacketLength);
        var index = await TryFindIndexAsync(window, dataEnd, cancellationToken);
        var keyframes = index.IsEmpty ? [] : ReadEntries(header, packets, index.Bytes.Span);
        if (keyframes.Count > 0)
            needed.Add(index.Range);
        else
            keyframes = await SequentialScan.ReadAsync(window, packets, header.Duration, new AsfScan(header).NextAsync, cancellationToken);
        var head = AsfMiniFile.BuildHead(header);
        return new(header.Codec, header.Duration, keyframes, _ => head, needed);
    }

    /// <inheritdoc />
    public Task<LocatedKeyframe?> LocateAsync(
        IndexWindow window, ReadOnlyMemory<byte> head, Keyframe entry, CancellationToken cancellationToken) =>
        SequentialScan.LocateAsync(window, entry, new AsfScan(AsfMiniFile.ReadHead(head)).NextAsync, cancellationToken);

    /// <inheritdoc />
    public bool IsHead(ReadOnlySpan<byte> head) => AsfMiniFile.IsHead(head);

    /// <inheritdoc />
    public IReadOnlyList<ReadOnlyMemory<byte>> BuildMiniFile(ReadOnlyMemory<byte> head, ReadOnlyMemory<byte> keyframe) =>
        AsfMiniFile.Build(head, keyframe);

    private static async Task<(AsfHeader Header, long End)> ReadHeaderAsync(IndexWindow window, CancellationToken cancellationToken)
    {
        if (!AsfObject.TryReadHeader(window.Head.Span, out var id, out var length) || id != AsfGuids.Header)
            throw new MediaException(MediaErrorKind.IndexMalformed, "The ASF header is damaged.");
        if (length > MaxHeaderBytes)
            throw new MediaException(MediaErrorKind.LimitExceeded, $"The ASF header has {length} bytes.");
        if (length > (ulong)window.Length)
            throw new MediaException(MediaErrorKind.IndexMalformed, "The file ends inside its ASF header.");

        var bytes = await window.ReadAsync(new(0, (long)length), cancellationToken);
        return (AsfHeader.Read(bytes[AsfObject.HeaderLength..]), (long)length);
    }

    /// <summary>6.1: the first simple index behind the data object is that of the first video stream.</summary>
    private static async Task<FoundIndex> TryFindIndexAsync(IndexWindow window, long position, CancellationToken cancellationToken)
    {
        for (var objects = 0; objects < MaxObjects && position + IndexFieldsLength <= window.Length; objects++)
        {
            var start = await window.ReadAsync(new(position, IndexFieldsLength), cancellationToken, Ahead(window.Length - position));
            if (!AsfObject.TryReadHeader(start.Span, out var id, out var length) || length > (ulong)(window.Length - position))
                break;

            var range = new ByteRange(position, (long)length);
            if (id == AsfGuids.SimpleIndex && length is > IndexFieldsLength and <= MaxIndexBytes)
                return new(range, await window.ReadAsync(range, cancellationToken));
            position = range.End;
        }

        return default;
    }

    /// <summary>Little is left behind the packets: indexes, which are small.</summary>
    private static long Ahead(long left) => left <= 256 * 1024 ? left : CountingByteSource.BlockSize;

    /// <summary>Interval at 40 in 100 ns, entries from 56 on: packet and number of packets. Times count the preroll.</summary>
    private static List<Keyframe> ReadEntries(AsfHeader header, ByteRange packets, ReadOnlySpan<byte> index)
    {
        var keyframes = new List<Keyframe>();
        var interval = (long)Math.Min(BinaryPrimitives.ReadUInt64LittleEndian(index[40..]), (ulong)TimeSpan.TicksPerDay);
        var entries = index[IndexFieldsLength..];
        var last = -1L;
        for (var i = 0L; entries.Length >= IndexEntryLength; i++, entries = entries[IndexEntryLength..])
        {
            var number = BinaryPrimitives.ReadUInt32LittleEndian(entries);
            var count = BinaryPrimitives.ReadUInt16LittleEndian(entries[4..]);
            var offset = packets.Offset + (long)number * header.PacketLength;
            // The same keyframe serves several seconds; it is nearest to the first of them.
            if (number == last || count == 0 || offset >= packets.End)
                continue;

            last = number;
            // Some writers do not count the packet in which the picture ends.
            var length = Math.Min((count + 1L) * header.PacketLength, packets.End - offset);
            var ticks = Math.Min(i * interval, MediaTime.Max.Ticks) - header.PrerollMilliseconds * TimeSpan.TicksPerMillisecond;
            if (length <= Keyframe.MaxBytes)
                keyframes.Add(new(offset, (int)length, new(Math.Max(ticks, 0)), Head: 0));
        }

        return keyframes;
    }

    private readonly record struct FoundIndex(ByteRange Range, ReadOnlyMemory<byte> Bytes)
    {
        public bool IsEmpty => Bytes.Length <= IndexFieldsLength;
    }
}
