using System.Buffers.Binary;

namespace EventTorrent.Media.Containers.Mp4;

/// <summary>
/// An MP4 file of one sample. What decides how the picture looks is copied: brand, matrices, handler and sample
/// description. All else is our own, so that hostile boxes of the file never reach ffmpeg.
/// </summary>
internal static class Mp4MiniFile
{
    /// <summary>Sample descriptions are a few hundred bytes; some carry a colour profile.</summary>
    public const int MaxEntryBytes = 1024 * 1024;

    /// <summary>Limit of the small boxes that are copied, in bytes; real ones have about a hundred.</summary>
    private const int MaxCopiedBytes = 4 * 1024;

    private const int MdatHeaderLength = 8;
    private const int MatrixLength = 36;
    private const uint Second = 1000;

    /// <summary>
    /// Writes everything up to the keyframe's mdat. The box with the sample's size is the last, so that it can be set
    /// for each keyframe; where the sample begins is known already.
    /// </summary>
    /// <param name="ftyp">Body of the box, or nothing.</param>
    /// <param name="mvhd">Body of the box, or nothing.</param>
    /// <param name="facts">Of a fragmented file; else null.</param>
    public static byte[] BuildHead(ReadOnlyMemory<byte> ftyp, ReadOnlyMemory<byte> mvhd, Mp4Track track, int entry, FragmentFacts? facts)
    {
        var file = new BoxWriter();
        Copy(file, "ftyp"u8, ftyp.Span);
        facts?.Write(file);
        var moov = file.Begin("moov"u8);
        WriteMovieHeader(file, mvhd.Span);
        var trak = file.Begin("trak"u8);
        Copy(file, "tkhd"u8, track.Header.Span);
        var mdia = file.Begin("mdia"u8);
        var mdhd = file.BeginFull("mdhd"u8);
        file.Zeros(8).UInt32(Second).UInt32(Second).Zeros(4).End(mdhd);
        Copy(file, "hdlr"u8, track.Handler.Span);
        var minf = file.Begin("minf"u8);
        var vmhd = file.BeginFull("vmhd"u8, flags: 1);
        file.Zeros(8).End(vmhd);
        WriteDataReference(file);
        var stbl = file.Begin("stbl"u8);
        WriteDescription(file, track.Entry(entry).Span);
        var stts = file.BeginFull("stts"u8);
        file.UInt32(1).UInt32(1).UInt32(Second).End(stts);
        var stsc = file.BeginFull("stsc"u8);
        file.UInt32(1).UInt32(1).UInt32(1).UInt32(1).End(stsc);
        var stco = file.BeginFull("stco"u8);
        var offset = file.Length + 4;
        file.UInt32(1).UInt32(0).End(stco);
        var stsz = file.BeginFull("stsz"u8);
        file.UInt32(0).UInt32(1).End(stsz);
        foreach (var box in (ReadOnlySpan<int>)[stbl, minf, mdia, trak, moov])
            file.End(box);
        file.Patch(offset, (uint)(file.Length + MdatHeaderLength));
        return file.ToArray();
    }

    /// <summary>Whether the bytes end as <see cref="BuildHead"/> ends them.</summary>
    public static bool IsHead(ReadOnlySpan<byte> head) =>
        head.Length is > 20 and <= 2 * MaxEntryBytes && head[^20..^12].SequenceEqual("\0\0\0\u0014stsz"u8);

    public static IReadOnlyList<ReadOnlyMemory<byte>> Build(ReadOnlyMemory<byte> head, ReadOnlyMemory<byte> keyframe)
    {
        var start = new byte[head.Length + MdatHeaderLength];
        head.CopyTo(start);
        BinaryPrimitives.WriteUInt32BigEndian(start.AsSpan(head.Length - 8), (uint)keyframe.Length);
        BinaryPrimitives.WriteUInt32BigEndian(start.AsSpan(head.Length), (uint)(MdatHeaderLength + keyframe.Length));
        "mdat"u8.CopyTo(start.AsSpan(head.Length + 4));
        return [start, keyframe];
    }

    private static void Copy(BoxWriter file, ReadOnlySpan<byte> type, ReadOnlySpan<byte> body)
    {
        if (body.Length is 0 or > MaxCopiedBytes)
            return;

        var box = file.Begin(type);
        file.Bytes(body).End(box);
    }

    /// <summary>The movie's own matrix may turn the picture, too.</summary>
    private static void WriteMovieHeader(BoxWriter file, ReadOnlySpan<byte> original)
    {
        var matrix = original.Length > 0 && original[0] == 1 ? 48 : 36;
        var box = file.BeginFull("mvhd"u8);
        file.Zeros(8).UInt32(Second).UInt32(Second).UInt32(0x00010000).UInt32(0x01000000).Zeros(8);
        if (original.Length >= matrix + MatrixLength)
            file.Bytes(original.Slice(matrix, MatrixLength));
        else
            file.UInt32(0x00010000).Zeros(12).UInt32(0x00010000).Zeros(12).UInt32(0x40000000);
        file.Zeros(24).UInt32(2).End(box);
    }

    /// <summary>All samples are in this file (ISO/IEC 14496-12 8.7.2), whatever the original pointed to.</summary>
    private static void WriteDataReference(BoxWriter file)
    {
        var dinf = file.Begin("dinf"u8);
        var dref = file.BeginFull("dref"u8);
        file.UInt32(1);
        var url = file.BeginFull("url "u8, flags: 1);
        file.End(url);
        file.End(dref);
        file.End(dinf);
    }

    private static void WriteDescription(BoxWriter file, ReadOnlySpan<byte> entry)
    {
        const int ReservedLength = 6;
        if (entry.Length > MaxEntryBytes)
            throw new MediaException(MediaErrorKind.LimitExceeded, $"The sample description has {entry.Length} bytes.");
        if (entry.Length < 16)
            throw new MediaException(MediaErrorKind.IndexMalformed, "The sample description is cut off.");

        var stsd = file.BeginFull("stsd"u8);
        file.UInt32(1);
        var box = file.Begin(entry[4..8]);
        file.Bytes(entry.Slice(8, ReservedLength)).Bytes([0, 1]).Bytes(entry[16..]).End(box);
        file.End(stsd);
    }
}
