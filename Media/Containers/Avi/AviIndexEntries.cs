using System.Buffers.Binary;

namespace EventTorrent.Media.Containers.Avi;

/// <summary>Collects the keyframes of one stream from index entries, which come in the order of frames.</summary>
internal sealed class AviIndexEntries(AviStream stream, long fileLength)
{
    /// <summary>Eleven hours of pictures that are all keyframes.</summary>
    private const int MaxKeyframes = 1_000_000;

    private const uint IsKeyframe = 0x10; // AVIIF_KEYFRAME
    private const uint IsDelta = 0x8000_0000;
    private const int OldEntryLength = 16;
    private const int StandardHeaderLength = 24;

    private long _frames;

    public List<Keyframe> Keyframes { get; } = [];

    /// <summary>Frames of the stream, keyframes or not.</summary>
    public long FrameCount => _frames;

    /// <summary>idx1 of AVI 1.0: name, flags, offset of the chunk, length of its content.</summary>
    /// <param name="origin">What offsets count from: the list "movi" or the file's start; writers disagree.</param>
    public void AddOld(ReadOnlySpan<byte> idx1, long origin)
    {
        for (; idx1.Length >= OldEntryLength; idx1 = idx1[OldEntryLength..])
        {
            if (!stream.Owns(idx1))
                continue;

            var flags = BinaryPrimitives.ReadUInt32LittleEndian(idx1[4..]);
            var offset = BinaryPrimitives.ReadUInt32LittleEndian(idx1[8..]);
            var length = BinaryPrimitives.ReadUInt32LittleEndian(idx1[12..]);
            Add(origin + offset, length, (flags & IsKeyframe) != 0);
        }
    }

    /// <summary>
    /// AVISTDINDEX (OpenDML 1.02, 3.0): entries of offset and length of a chunk's content; the highest bit of the length is
    /// set for pictures that are no keyframes. A field index has a third number in each entry.
    /// </summary>
    public void AddStandard(ReadOnlySpan<byte> ix)
    {
        if (ix.Length < StandardHeaderLength)
            return;

        var entryLength = 4 * BinaryPrimitives.ReadUInt16LittleEndian(ix);
        var isOfChunks = ix[3] == 1;
        var count = BinaryPrimitives.ReadUInt32LittleEndian(ix[4..]);
        var origin = BinaryPrimitives.ReadInt64LittleEndian(ix[12..]);
        if (entryLength < 8 || !isOfChunks || origin < 0 || origin > fileLength)
            return;

        var entries = ix[StandardHeaderLength..];
        for (var i = 0u; i < count && entries.Length >= entryLength; i++, entries = entries[entryLength..])
        {
            var offset = BinaryPrimitives.ReadUInt32LittleEndian(entries);
            var length = BinaryPrimitives.ReadUInt32LittleEndian(entries[4..]);
            Add(origin + offset - RiffChunk.HeaderLength, length & ~IsDelta, (length & IsDelta) == 0);
        }
    }

    private void Add(long offset, uint length, bool isKeyframe)
    {
        var frame = _frames++;
        const int MaxLength = Keyframe.MaxBytes - RiffChunk.HeaderLength;
        if (!isKeyframe || length is 0 or > MaxLength || offset < 0 || offset > fileLength - RiffChunk.HeaderLength - length)
            return;
        if (Keyframes.Count == MaxKeyframes)
            throw new MediaException(MediaErrorKind.LimitExceeded, $"The index names more than {MaxKeyframes} keyframes.");
        Keyframes.Add(new(offset, (int)length + RiffChunk.HeaderLength, stream.TimeOf(frame), Head: 0));
    }
}
