using System.Buffers.Binary;

namespace EventTorrent.Media.Containers.Mp4;

/// <summary>Sizes of all samples: stsz with one size for all, stsz with a table, or the compact stz2 (ISO/IEC 14496-12 8.7.3).</summary>
internal readonly ref struct SampleSizes
{
    /// <summary>
    /// A table of sizes is bounded by its box; one size for all is bounded by nothing but this: 46 hours at 60 pictures per second.
    /// </summary>
    public const int MaxSamples = 10_000_000;

    private readonly ReadOnlySpan<byte> _table;
    private readonly uint _constant;
    private readonly int _bits;

    private SampleSizes(uint claimed, uint constant, ReadOnlySpan<byte> table, int bits)
    {
        _constant = constant;
        _table = table;
        _bits = bits;
        var count = constant != 0 ? claimed : Math.Min(claimed, table.Length * 8L / bits);
        if (count > MaxSamples)
            throw new MediaException(MediaErrorKind.LimitExceeded, $"The track claims {count} samples.");
        Count = (int)count;
    }

    public int Count { get; }

    public static SampleSizes Read(ReadOnlyMemory<byte> stbl)
    {
        var stsz = BoxReader.Find(stbl, "stsz"u8).Span;
        if (stsz.Length >= 12)
            return new(BinaryPrimitives.ReadUInt32BigEndian(stsz[8..]), BinaryPrimitives.ReadUInt32BigEndian(stsz[4..]), stsz[12..], 32);

        var stz2 = BoxReader.Find(stbl, "stz2"u8).Span;
        return stz2.Length >= 12 && stz2[7] is 4 or 8 or 16
            ? new(BinaryPrimitives.ReadUInt32BigEndian(stz2[8..]), 0, stz2[12..], stz2[7])
            : default;
    }

    public uint this[int sample] => _constant != 0
        ? _constant
        : _bits switch
        {
            32 => BinaryPrimitives.ReadUInt32BigEndian(_table[(sample * 4)..]),
            16 => BinaryPrimitives.ReadUInt16BigEndian(_table[(sample * 2)..]),
            8 => _table[sample],
            _ => (uint)(sample % 2 == 0 ? _table[sample / 2] >> 4 : _table[sample / 2] & 0xF),
        };
}
