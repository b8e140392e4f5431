using System.Buffers.Binary;
using System.Text;

namespace EventTorrent.Media.Containers.Mp4;

/// <summary>A video track of a moov box.</summary>
internal sealed class Mp4Track
{
    /// <summary>Bytes of a visual sample entry before its child boxes (ISO/IEC 14496-12 12.1.3).</summary>
    private const int EntryFieldsLength = 78;

    private readonly ReadOnlyMemory<byte> _trak;
    private readonly List<ReadOnlyMemory<byte>> _entries = [];

    private Mp4Track(ReadOnlyMemory<byte> trak, ReadOnlyMemory<byte> mdia)
    {
        _trak = trak;
        Header = BoxReader.Find(trak, "tkhd"u8);
        Handler = BoxReader.Find(mdia, "hdlr"u8);
        SampleTable = BoxReader.Find(BoxReader.Find(mdia, "minf"u8), "stbl"u8);
        Timescale = ReadTimescale(BoxReader.Find(mdia, "mdhd"u8).Span);

        var stsd = BoxReader.Find(SampleTable, "stsd"u8);
        var entries = new BoxReader(stsd.Length > 8 ? stsd[8..] : default);
        while (entries.MoveNext())
            _entries.Add(entries.Whole);
    }

    /// <summary>Body of tkhd.</summary>
    public ReadOnlyMemory<byte> Header { get; }

    /// <summary>Body of hdlr.</summary>
    public ReadOnlyMemory<byte> Handler { get; }

    /// <summary>Body of stbl.</summary>
    public ReadOnlyMemory<byte> SampleTable { get; }

    /// <summary>Units per second of the media's clock.</summary>
    public uint Timescale { get; }

    /// <summary>Body of elst, or nothing.</summary>
    public ReadOnlyMemory<byte> EditList => BoxReader.Find(BoxReader.Find(_trak, "edts"u8), "elst"u8);

    /// <summary>The track_enabled flag (ISO/IEC 14496-12 8.3.2). A track without tkhd counts as enabled.</summary>
    public bool IsEnabled => Header.Length < 4 || (Header.Span[3] & 1) != 0;

    /// <summary>What fragments call the track (ISO/IEC 14496-12 8.3.2).</summary>
    public uint Id => Header.Length > 0 && Header.Span[0] == 1
        ? Header.Length < 24 ? 0 : BinaryPrimitives.ReadUInt32BigEndian(Header.Span[20..])
        : Header.Length < 16 ? 0 : BinaryPrimitives.ReadUInt32BigEndian(Header.Span[12..]);

    /// <summary>Width x height as shown, in 16.16 fixed point each.</summary>
    public ulong Area => Header.Length < 92
        ? 0
        : (ulong)BinaryPrimitives.ReadUInt32BigEndian(Header.Span[^8..]) * BinaryPrimitives.ReadUInt32BigEndian(Header.Span[^4..]);

    public int EntryCount => _entries.Count;

    /// <summary>Null when the track is of another kind or has no sample description.</summary>
    /// <param name="trak">Body of the box.</param>
    public static Mp4Track? ReadVideo(ReadOnlyMemory<byte> trak)
    {
        var mdia = BoxReader.Find(trak, "mdia"u8);
        // QuickTime has a second hdlr, the data handler's, in minf: only the one directly in mdia names the media.
        var hdlr = BoxReader.Find(mdia, "hdlr"u8).Span;
        if (hdlr.Length < 12 || !hdlr[8..12].SequenceEqual("vide"u8))
            return null;

        var track = new Mp4Track(trak, mdia);
        return track.EntryCount > 0 ? track : null;
    }

    /// <summary>Units per second of mvhd and mdhd, which begin alike. A clock that stands still counts as one of seconds.</summary>
    public static uint ReadTimescale(ReadOnlySpan<byte> body) => Math.Max(ReadRawTimescale(body), 1);

    /// <summary>The same with 0 for a clock that stands still or is missing.</summary>
    public static uint ReadRawTimescale(ReadOnlySpan<byte> body)
    {
        var position = body.Length > 0 && body[0] == 1 ? 20 : 12;
        return body.Length < position + 4 ? 0 : BinaryPrimitives.ReadUInt32BigEndian(body[position..]);
    }

    /// <summary>A whole sample entry.</summary>
    public ReadOnlyMemory<byte> Entry(int index) => _entries[index];

    /// <summary>The four characters of a sample entry, printable.</summary>
    public string Codec(int index) =>
        string.Concat(Encoding.Latin1.GetString(_entries[index].Span[4..8]).Select(c => char.IsAscii(c) && !char.IsControl(c) ? c : '.'));

    /// <summary>Common encryption (ISO/IEC 14496-12 8.12) or an older scheme.</summary>
    public bool IsEncrypted(int index)
    {
        var entry = _entries[index];
        return Codec(index) is "encv" or "drmi"
            || (entry.Length > 8 + EntryFieldsLength && !BoxReader.FindWhole(entry[(8 + EntryFieldsLength)..], "sinf"u8).IsEmpty);
    }

    /// <summary>Whether the first sample entry is of a kind that cover art and chapter pictures have.</summary>
    public bool IsStillCodec => Codec(0) is "jpeg" or "mjpa" or "mjpb" or "png ";
}
