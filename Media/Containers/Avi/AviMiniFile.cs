using System.Buffers.Binary;

namespace EventTorrent.Media.Containers.Avi;

/// <summary>An AVI file of one picture. Its format and aspect ratio are copied, all else is our own.</summary>
internal static class AviMiniFile
{
    /// <summary>Formats have 40 bytes and perhaps a palette or the codec's own data.</summary>
    private const int MaxFormatBytes = 64 * 1024;

    private const int MaxPropertiesBytes = 4 * 1024;
    private const int MainHeaderLength = 56;
    private const int StreamHeaderLength = 56;

    /// <summary>dwReserved of the main header keeps which stream of the original it was: to look for its pictures.</summary>
    private const int ReservedOffset = 40;

    /// <summary>"RIFF", length, "AVI ", then the list "hdrl" with its header, then avih with its own.</summary>
    private const int HeaderListOffset = 12;

    /// <summary>Writes everything up to the picture's chunk. Two sizes are set for each picture.</summary>
    public static byte[] BuildHead(AviStream stream)
    {
        if (stream.Format.Length > MaxFormatBytes)
            throw new MediaException(MediaErrorKind.LimitExceeded, $"The stream format has {stream.Format.Length} bytes.");

        var main = new byte[MainHeaderLength];
        BinaryPrimitives.WriteUInt32LittleEndian(main.AsSpan(16), 1); // dwTotalFrames
        BinaryPrimitives.WriteUInt32LittleEndian(main.AsSpan(24), 1); // dwStreams
        main[ReservedOffset] = (byte)stream.Number;

        var header = new byte[StreamHeaderLength];
        stream.Header.Span[..8].CopyTo(header); // fccType and fccHandler
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(20), 1); // dwScale
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(24), 25); // dwRate
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(32), 1); // dwLength

        byte[] properties = stream.Properties.Length is > 0 and <= MaxPropertiesBytes ? Chunk("vprp"u8, stream.Properties.Span) : [];
        var strl = List("strl"u8, [.. Chunk("strh"u8, header), .. Chunk("strf"u8, stream.Format.Span), .. properties]);
        return
        [
            .. "RIFF\0\0\0\0AVI "u8,
            .. List("hdrl"u8, [.. Chunk("avih"u8, main), .. strl]),
            .. "LIST\0\0\0\0movi"u8,
        ];
    }

    /// <summary>Whether the bytes begin and end as <see cref="BuildHead"/> has it.</summary>
    public static bool IsHead(ReadOnlySpan<byte> head) =>
        head.Length is > 150 and <= 2 * MaxFormatBytes
        && head.StartsWith("RIFF\0\0\0\0AVI LIST"u8) && head.EndsWith("LIST\0\0\0\0movi"u8);

    /// <summary>What <see cref="BuildHead"/> was made of, as far as it is in there; null when it is no such head.</summary>
    public static AviStream? ReadHead(ReadOnlyMemory<byte> head)
    {
        if (!IsHead(head.Span))
            return null;
        var number = head.Span[HeaderListOffset + RiffChunk.ListHeaderLength + RiffChunk.HeaderLength + ReservedOffset];
        return AviStream.FindVideo(head[(HeaderListOffset + RiffChunk.ListHeaderLength)..], number);
    }

    /// <param name="keyframe">The chunk as it is in the file, from its name on.</param>
    public static IReadOnlyList<ReadOnlyMemory<byte>> Build(ReadOnlyMemory<byte> head, ReadOnlyMemory<byte> keyframe)
    {
        if (keyframe.Length <= RiffChunk.HeaderLength)
            return [];

        var picture = keyframe[RiffChunk.HeaderLength..];
        var isCompressed = keyframe.Span[3] is not ((byte)'b' or (byte)'B');
        var start = new byte[head.Length + RiffChunk.HeaderLength];
        head.CopyTo(start);
        var padding = picture.Length & 1;
        var chunkLength = RiffChunk.HeaderLength + picture.Length + padding;
        BinaryPrimitives.WriteUInt32LittleEndian(start.AsSpan(4), (uint)(head.Length - 8 + chunkLength));
        BinaryPrimitives.WriteUInt32LittleEndian(start.AsSpan(head.Length - 8), (uint)(4 + chunkLength));
        (isCompressed ? "00dc"u8 : "00db"u8).CopyTo(start.AsSpan(head.Length));
        BinaryPrimitives.WriteUInt32LittleEndian(start.AsSpan(head.Length + 4), (uint)picture.Length);
        return [start, picture, new byte[padding]];
    }

    private static byte[] Chunk(ReadOnlySpan<byte> id, ReadOnlySpan<byte> content) =>
        [.. id, .. Length(content.Length), .. content, .. new byte[content.Length & 1]];

    private static byte[] List(ReadOnlySpan<byte> type, ReadOnlySpan<byte> content) =>
        [.. "LIST"u8, .. Length(4 + content.Length), .. type, .. content];

    private static byte[] Length(int length)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, length);
        return bytes;
    }
}
