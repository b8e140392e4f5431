using System.Buffers;
using EventTorrent.Media.Containers.Pictures;

namespace EventTorrent.Media.Containers.Ts;

/// <summary>Sees pictures of a transport stream in any part of it.</summary>
internal sealed class TsPictures(TsVideo video)
{
    /// <summary>Packets of other streams lie between those of a picture's headers.</summary>
    private const int PeekPackets = 64;

    private readonly ArrayBufferWriter<byte> _content = new();

    /// <returns>Null when pictures do not tell how far they are behind their keyframe.</returns>
    public static GopSearch? Search(IndexWindow window, TsVideo video, Keyframe entry) => video.Counter.IsKnown
        ? new(window, entry.Anchor, new TsPictures(video).Look, video.Counter.Modulus, video.Counter.UnitSeconds)
        : null;

    /// <param name="bytes">The start of a file.</param>
    public static PictureCounter CounterOf(ReadOnlySpan<byte> bytes, int stride, int pid, Coding coding) =>
        PictureCounter.Of(coding, TsStream.Read(bytes, stride, pid, new ArrayBufferWriter<byte>()).Bytes.Span);

    private void Look(ReadOnlySpan<byte> bytes, long offset, List<Sighting> sightings)
    {
        var walk = new TsWalk(bytes, video.Stride);
        while (walk.MoveNext())
        {
            var packet = walk.Packet;
            if (packet.Pid != video.Pid || !packet.IsStart || packet.IsScrambled)
                continue;

            var start = bytes[walk.Position..];
            var stream = TsStream.Read(start[..Math.Min(start.Length, PeekPackets * video.Stride)], video.Stride, video.Pid, _content, furtherLimit: 0);
            var picture = stream.Bytes.Span[..Math.Min(stream.FirstLength, PictureCounter.PeekBytes)];
            if (stream.FirstPts is { } pts && video.Counter.TryRead(picture, out var count, out var isKey))
                sightings.Add(new(offset + walk.Position, PesClock.Between(video.FirstPts, pts).TotalSeconds, count, isKey));
        }
    }
}
