using System.Buffers.Binary;

namespace EventTorrent.Media.Containers.Mp4;

/// <summary>
/// What must be known of a track to find keyframes in its fragments. Travels with the head, in a box that readers of MP4
/// skip, so that stand-ins can be located by whoever takes up a plan.
/// </summary>
/// <param name="TrackId">As tkhd has it.</param>
/// <param name="Timescale">Units per second of the media's clock.</param>
/// <param name="Entry">The sample description that the head holds, from 1 as fragments count.</param>
/// <param name="DefaultEntry">The description of fragments that name none (trex, ISO/IEC 14496-12 8.8.3).</param>
/// <param name="DefaultDuration">Likewise.</param>
/// <param name="DefaultSize">Likewise.</param>
/// <param name="DefaultFlags">Likewise.</param>
/// <param name="Shift">From media time to presentation time, in units of the media's clock.</param>
internal readonly record struct FragmentFacts(
    uint TrackId, uint Timescale, uint Entry, uint DefaultEntry, uint DefaultDuration, uint DefaultSize, uint DefaultFlags, long Shift)
{
    private const int Length = 7 * 4 + 8;

    /// <param name="mvex">Body of the box.</param>
    public static FragmentFacts Read(ReadOnlyMemory<byte> mvex, Mp4Track track, int entry, EditList edits)
    {
        var facts = new FragmentFacts(track.Id, track.Timescale, (uint)entry + 1, 1, 0, 0, 0, edits.Shift);
        var boxes = new BoxReader(mvex);
        while (boxes.MoveNext())
        {
            if (boxes.Is("trex"u8) && boxes.Body.Length >= 24 && UInt32(boxes.Body.Span, 4) == track.Id)
            {
                var trex = boxes.Body.Span;
                return facts with
                {
                    DefaultEntry = UInt32(trex, 8), DefaultDuration = UInt32(trex, 12), DefaultSize = UInt32(trex, 16), DefaultFlags = UInt32(trex, 20),
                };
            }
        }

        return facts;
    }

    /// <summary>Out of a head.</summary>
    public static bool TryRead(ReadOnlyMemory<byte> head, out FragmentFacts facts)
    {
        var box = BoxReader.Find(head, "free"u8).Span;
        facts = default;
        if (box.Length != Length)
            return false;

        facts = new(
            UInt32(box, 0), Math.Max(UInt32(box, 4), 1), UInt32(box, 8), UInt32(box, 12), UInt32(box, 16), UInt32(box, 20), UInt32(box, 24),
            BinaryPrimitives.ReadInt64BigEndian(box[28..]));
        return true;
    }

    public void Write(BoxWriter file)
    {
        var box = file.Begin("free"u8);
        file.UInt32(TrackId).UInt32(Timescale).UInt32(Entry).UInt32(DefaultEntry).UInt32(DefaultDuration).UInt32(DefaultSize).UInt32(DefaultFlags)
            .UInt32((uint)(Shift >> 32)).UInt32((uint)Shift)
            .End(box);
    }

    private static uint UInt32(ReadOnlySpan<byte> bytes, int position) => BinaryPrimitives.ReadUInt32BigEndian(bytes[position..]);
}
