using System.Buffers;
using EventTorrent.Media.Containers.Pictures;

namespace EventTorrent.Media.Containers.Ps;

/// <summary>Sees pictures of MPEG-2 in any part of a program stream.</summary>
internal sealed class PsPictures(PsVideo video)
{
    private readonly PictureCounter _counter = PictureCounter.Of(Coding.Mpeg2, video.Headers.Span);
    private readonly ArrayBufferWriter<byte> _content = new();

    /// <returns>Null when pictures do not tell how far they are behind their keyframe.</returns>
    public static GopSearch? Search(IndexWindow window, PsVideo video, Keyframe entry)
    {
        var pictures = new PsPictures(video);
        return video.Coding == Coding.Mpeg2 ? new(window, entry.Anchor, pictures.Look, pictures._counter.Modulus, pictures._counter.UnitSeconds) : null;
    }

    private void Look(ReadOnlySpan<byte> bytes, long offset, List<Sighting> sightings)
    {
        var packets = new PsWalk(bytes);
        while (packets.MoveNext())
        {
            // A time is that of the first picture that begins in the packet (ISO/IEC 13818-1 2.4.3.7).
            if (packets.Id != video.StreamId || packets.Header.Pts is not { } pts || packets.Header.IsScrambled)
                continue;

            var rest = bytes[packets.Position..Math.Min(packets.End + 4 * PictureCounter.PeekBytes, bytes.Length)];
            var stream = PsStream.Read(rest, video.StreamId, _content, furtherLimit: 1);
            if (_counter.TryRead(stream.Bytes.Span, out var count, out var isKey))
                sightings.Add(new(offset + packets.Position, PesClock.Between(video.FirstPts, pts).TotalSeconds, count, isKey));
        }
    }
}
