using System.Buffers.Binary;

namespace EventTorrent.Media.Containers.Mp4;

/// <summary>Finds the keyframes of one track in a fragment (moof, ISO/IEC 14496-12 8.8.4 to 8.8.12).</summary>
internal sealed class TrackFragment
{
    /// <summary>sample_is_non_sync_sample, and sample_depends_on that names other samples (ISO/IEC 14496-12 8.8.3.1).</summary>
    private const uint NotSync = 0x0001_0000 | 0x0100_0000;

    /// <summary>Keeps sums of offsets and times far from overflow.</summary>
    private const long Far = 1L << 60;

    private readonly FragmentFacts _facts;
    private readonly long _fileLength;
    private readonly List<Keyframe> _keyframes = [];
    private uint _entry;
    private uint _duration;
    private uint _size;
    private uint _flags;
    private long _offset;
    private long _time;

    private TrackFragment(FragmentFacts facts, long fileLength) => (_facts, _fileLength) = (facts, fileLength);

    /// <param name="moof">Body of the box.</param>
    /// <param name="start">Where the box begins in the file.</param>
    /// <param name="time">Media time of a fragment that does not tell its own; then that of what follows.</param>
    /// <param name="max">Keyframes wanted.</param>
    public static List<Keyframe> ReadKeyframes(
        ReadOnlyMemory<byte> moof, long start, FragmentFacts facts, long fileLength, ref long time, int max)
    {
        var fragment = new TrackFragment(facts, fileLength) { _offset = start, _time = time };
        var boxes = new BoxReader(moof);
        while (boxes.MoveNext())
        {
            if (boxes.Is("traf"u8))
                fragment.ReadTrack(boxes.Body, start, max);
        }

        time = fragment._time;
        return fragment._keyframes;
    }

    private void ReadTrack(ReadOnlyMemory<byte> traf, long start, int max)
    {
        var tfhd = BoxReader.Find(traf, "tfhd"u8).Span;
        if (tfhd.Length < 8 || !TryReadHeader(tfhd, start, out var isOurs))
            return;

        if (isOurs && TryReadTime(BoxReader.Find(traf, "tfdt"u8).Span, out var time))
            _time = time;
        var origin = _offset;
        var boxes = new BoxReader(traf);
        while (boxes.MoveNext())
        {
            if (boxes.Is("trun"u8) && boxes.Body.Length >= 8)
                ReadRun(boxes.Body.Span, origin, isOurs && _entry == _facts.Entry, isOurs, max);
        }
    }

    /// <summary>Track fragment header: defaults, and what offsets count from.</summary>
    private bool TryReadHeader(ReadOnlySpan<byte> tfhd, long start, out bool isOurs)
    {
        var flags = UInt32(tfhd, 0);
        isOurs = UInt32(tfhd, 4) == _facts.TrackId;
        (_entry, _duration, _size, _flags) = (_facts.DefaultEntry, _facts.DefaultDuration, _facts.DefaultSize, _facts.DefaultFlags);
        var rest = tfhd[8..];
        if ((flags & 0x1) != 0)
        {
            if (rest.Length < 8)
                return false;
            _offset = (long)Math.Min(BinaryPrimitives.ReadUInt64BigEndian(rest), Far);
            rest = rest[8..];
        }
        else if ((flags & 0x2_0000) != 0)
        {
            _offset = start;
        }

        return TryReadDefault(flags, 0x2, ref rest, ref _entry)
            && TryReadDefault(flags, 0x8, ref rest, ref _duration)
            && TryReadDefault(flags, 0x10, ref rest, ref _size)
            && TryReadDefault(flags, 0x20, ref rest, ref _flags);
    }

    private static bool TryReadDefault(uint flags, uint flag, ref ReadOnlySpan<byte> rest, ref uint value)
    {
        if ((flags & flag) == 0)
            return true;
        if (rest.Length < 4)
            return false;
        value = UInt32(rest, 0);
        rest = rest[4..];
        return true;
    }

    private static bool TryReadTime(ReadOnlySpan<byte> tfdt, out long time)
    {
        time = 0;
        var isLong = tfdt.Length >= 12 && tfdt[0] == 1;
        if (tfdt.Length < 8)
            return false;
        time = (long)Math.Min(isLong ? BinaryPrimitives.ReadUInt64BigEndian(tfdt[4..]) : UInt32(tfdt, 4), Far);
        return true;
    }

    /// <summary>Samples one after the other; what a run does not say of each is the same for all of them.</summary>
    private void ReadRun(ReadOnlySpan<byte> trun, long origin, bool isWanted, bool isOurs, int max)
    {
        var flags = UInt32(trun, 0);
        long count = UInt32(trun, 4);
        var rest = trun[8..];
        var (shift, firstFlags) = (0u, 0u);
        if (!TryReadDefault(flags, 0x1, ref rest, ref shift) || !TryReadDefault(flags, 0x4, ref rest, ref firstFlags))
            return;

        if ((flags & 0x1) != 0)
            _offset = origin + (int)shift;
        var entryLength = 4 * System.Numerics.BitOperations.PopCount(flags & 0xF00);
        // Without entries only the first sample can be told from the others.
        var listed = entryLength > 0 ? Math.Min(count, rest.Length / entryLength) : Math.Min(count, 1);
        for (var i = 0; i < listed; i++)
        {
            var entry = rest[(i * entryLength)..];
            var duration = (flags & 0x100) != 0 ? Next(ref entry) : _duration;
            var size = (flags & 0x200) != 0 ? Next(ref entry) : _size;
            var sampleFlags = (flags & 0x400) != 0 ? Next(ref entry) : _flags;
            if (i == 0 && (flags & 0x4) != 0)
                sampleFlags = firstFlags;
            var composition = (flags & 0x800) != 0 ? (int)Next(ref entry) : 0;
            if (isWanted && (sampleFlags & NotSync) == 0 && _keyframes.Count < max)
                Add(size, composition);
            Advance(1, size, isOurs ? duration : 0);
        }

        if (entryLength == 0)
            Advance(Math.Max(count - listed, 0), _size, isOurs ? _duration : 0);
    }

    private void Add(uint size, int composition)
    {
        if (size is 0 or > Keyframe.MaxBytes || _offset < 0 || _offset > _fileLength - size)
            return;
        _keyframes.Add(new(_offset, (int)size, MediaTime.ToTimeSpan(_time + composition + _facts.Shift, _facts.Timescale), 0));
    }

    private void Advance(long samples, uint size, uint duration)
    {
        _offset = (long)Int128.Clamp(_offset + (Int128)samples * size, -Far, Far);
        _time = (long)Int128.Clamp(_time + (Int128)samples * duration, -Far, Far);
    }

    private static uint Next(ref ReadOnlySpan<byte> entry)
    {
        var value = UInt32(entry, 0);
        entry = entry[4..];
        return value;
    }

    private static uint UInt32(ReadOnlySpan<byte> bytes, int position) => BinaryPrimitives.ReadUInt32BigEndian(bytes[position..]);
}
