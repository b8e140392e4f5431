using System.Buffers.Binary;

namespace EventTorrent.Media.Containers.Mp4;

/// <summary>Finds fragments and reads their headers.</summary>
internal sealed class FragmentWalker(IndexWindow window, FragmentFacts facts)
{
    /// <summary>Some hundred samples of each track at 4 to 16 bytes.</summary>
    private const long MaxMoofBytes = 4 * 1024 * 1024;

    /// <summary>styp, sidx, emsg, prft and the like before a moof, and the media data of fragments without a keyframe.</summary>
    private const int MaxBoxesToKeyframe = 64;

    /// <summary>Places that look like a fragment by chance are rare.</summary>
    private const int MaxScans = 3;

    /// <summary>Fragments of other tracks, and places that look like one, behind the last of ours.</summary>
    private const int MaxFragmentsFromEnd = 16;

    /// <summary>A moof begins with its mfhd (ISO/IEC 14496-12 8.8.5).</summary>
    public static int FindMoof(ReadOnlySpan<byte> bytes)
    {
        for (var position = 4; position < bytes.Length && bytes[position..].IndexOf("moof"u8) is >= 0 and var found; position++)
        {
            position += found;
            if (IsMoof(bytes[(position - 4)..]))
                return position - 4;
        }

        return -1;
    }

    /// <summary>The first keyframe behind an entry point: a known fragment, or any place in the file.</summary>
    /// <param name="search">Finds a better place to begin than a guess is; null where pictures tell nothing.</param>
    public async Task<LocatedKeyframe?> LocateAsync(Keyframe entry, GopSearch? search, CancellationToken cancellationToken)
    {
        if (entry.Anchor > 0)
            return await NextAsync(entry.Offset, entry.Time, cancellationToken);

        var from = entry.Offset;
        if (search is not null && await search.FindAsync(from, from / Math.Max(entry.Time.TotalSeconds, 1), cancellationToken) is { } better)
        {
            window.ExpectNear(search.NearBytes);
            from = better;
        }

        for (var scan = 0; scan < MaxScans; scan++)
        {
            if (await window.FindAsync(from, FindMoof, cancellationToken) is not { } moof)
                return null;
            if (await NextAsync(moof, entry.Time, cancellationToken) is { } keyframe)
                return keyframe;
            from = moof + 8;
        }

        return null;
    }

    /// <summary>All keyframes of a file that is in memory.</summary>
    public async Task<List<Keyframe>> ListAsync(long from, int max, CancellationToken cancellationToken)
    {
        var keyframes = new List<Keyframe>();
        var time = 0L;
        for (var position = from; keyframes.Count < max && position < window.Length;)
        {
            if (await TryReadMoofAsync(position, cancellationToken) is not { } box)
            {
                // Damaged: goes on where the next fragment begins.
                if (await window.FindAsync(position, FindMoof, cancellationToken) is not { } found || found <= position)
                    break;
                position = found;
                continue;
            }

            if (!box.Moof.IsEmpty)
                keyframes.AddRange(TrackFragment.ReadKeyframes(box.Moof, position, facts, window.Length, ref time, max - keyframes.Count));
            position += box.Length;
        }

        return keyframes;
    }

    /// <summary>When the last fragment begins, which is nearly the duration; zero when none is found.</summary>
    public async Task<TimeSpan> FindLastTimeAsync(long first, CancellationToken cancellationToken)
    {
        const long MaxTail = 16L * 1024 * 1024;
        var (end, fragments) = (window.Length, 0);
        // The last fragment may be of any length: half as much again as was read is read each time.
        for (long size = 128 * 1024; size <= MaxTail && end > first; size += Math.Max(size / 2, 128 * 1024))
        {
            var start = Math.Max(first, window.Length - size);
            // Across the border to what has been read before.
            var bytes = await window.ReadAsync(new(start, Math.Min(window.Length, end + IndexWindow.ScanOverlap) - start), cancellationToken);
            for (var found = FindLastMoof(bytes.Span); found >= 0 && fragments++ < MaxFragmentsFromEnd; found = FindLastMoof(bytes.Span[..(found + 4)]))
            {
                var (position, time) = (start + found, 0L);
                // The fragment of a sound track may be the last.
                if (await TryReadMoofAsync(position, cancellationToken) is { Moof.IsEmpty: false } box)
                    TrackFragment.ReadKeyframes(box.Moof, position, facts, window.Length, ref time, max: 0);
                if (time > 0)
                    return MediaTime.ToTimeSpan(time + facts.Shift, facts.Timescale);
            }

            end = start;
        }

        return TimeSpan.Zero;
    }

    private async Task<LocatedKeyframe?> NextAsync(long position, TimeSpan fallback, CancellationToken cancellationToken)
    {
        for (var boxes = 0; boxes < MaxBoxesToKeyframe && position < window.Length; boxes++)
        {
            if (await TryReadMoofAsync(position, cancellationToken) is not { } box)
                return null;

            if (!box.Moof.IsEmpty)
            {
                var time = (long)Int128.Min((Int128)fallback.Ticks * facts.Timescale / TimeSpan.TicksPerSecond - facts.Shift, 1L << 60);
                if (TrackFragment.ReadKeyframes(box.Moof, position, facts, window.Length, ref time, max: 1) is [var keyframe])
                    return new(keyframe, new(position, box.Length));
            }

            position += box.Length;
        }

        return null;
    }

    /// <returns>The box at this position: its length, and its body when it is a moof. Null when there is no box.</returns>
    private async ValueTask<(long Length, ReadOnlyMemory<byte> Moof)?> TryReadMoofAsync(long position, CancellationToken cancellationToken)
    {
        var start = new ByteRange(position, Math.Min(BoxHeader.MaxLength, window.Length - position));
        var bytes = await window.ReadAsync(start, cancellationToken, CountingByteSource.BlockSize);
        if (!BoxHeader.TryRead(bytes.Span, window.Length - position, out var header))
            return null;
        if (!header.Is("moof"u8))
            return (header.Length, default);
        if (header.IsCut || header.Length > MaxMoofBytes)
            return null;
        return (header.Length, (await window.ReadAsync(new(position, header.Length), cancellationToken))[header.HeaderLength..]);
    }

    private static int FindLastMoof(ReadOnlySpan<byte> bytes)
    {
        var position = bytes.LastIndexOf("moof"u8);
        while (position >= 4 && !IsMoof(bytes[(position - 4)..]))
            position = bytes[..position].LastIndexOf("moof"u8);
        return position >= 4 ? position - 4 : -1;
    }

    private static bool IsMoof(ReadOnlySpan<byte> bytes) =>
        bytes.Length >= 16 && bytes[12..16].SequenceEqual("mfhd"u8) && BinaryPrimitives.ReadUInt32BigEndian(bytes) is >= 16 and <= (uint)MaxMoofBytes;
}
