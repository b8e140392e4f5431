using System.Buffers;
using EventTorrent.Media.Containers.Pictures;

namespace EventTorrent.Media.Containers.Ps;

/// <summary>Finds the keyframe at or behind a place in a program stream.</summary>
internal sealed class PsScan(PsVideo video)
{
    /// <summary>What stands before the part that tells a picture's kind may reach into the packets behind.</summary>
    private const int FurtherBytes = 2 * 1024;

    private const int PeekBytes = 256 * 1024;
    /// <summary>So much is fetched at once; it is looked at in parts that grow, as small pictures are many.</summary>
    private const int AheadBytes = 64 * 1024;

    private const int FirstBytes = 4 * 1024;

    /// <summary>Packets that seemed to have a keyframe and had none.</summary>
    private const int MaxTries = 64;

    private readonly ArrayBufferWriter<byte> _content = new();

    public async Task<Keyframe?> NextAsync(IndexWindow window, Keyframe entry, CancellationToken cancellationToken)
    {
        var position = entry.Offset;
        for (var tries = 0; tries < MaxTries; tries++)
        {
            if (await window.FindAsync(position, FindStart, cancellationToken) is not { } offset)
                return null;
            if (await TryReadAsync(window, offset, entry, cancellationToken) is { } keyframe)
                return keyframe;
            position = offset + 4;
        }

        return null;
    }

    /// <summary>Reads on to the end of the picture.</summary>
    private async Task<Keyframe?> TryReadAsync(IndexWindow window, long offset, Keyframe entry, CancellationToken cancellationToken)
    {
        var limit = (int)Math.Min(window.Length - offset, Keyframe.MaxBytes);
        for (var length = Math.Min(FirstBytes, limit); ; length = Math.Min(2 * length, limit))
        {
            var bytes = await window.ReadAsync(new(offset, length), cancellationToken, AheadBytes);
            var stream = PsStream.Read(bytes.Span, video.StreamId, _content);
            var picture = FoundPicture.Find(video.Coding, stream.Bytes.Span);
            if (length < limit && (picture is { IsOpen: true } || (picture is null && length < 2 * PeekBytes)))
                continue;
            if (picture is not { } found || stream.IsScrambled || (found.IsOpen && offset + length < window.Length))
                return null;

            var time = stream.IsFirstTimed ? PesClock.Between(video.FirstPts, stream.FirstPts!.Value) : entry.Time;
            return new(offset, PsStream.EndOf(bytes.Span, video.StreamId, found.End), time, entry.Head);
        }
    }

    /// <summary>The packet in which a keyframe begins.</summary>
    private int FindStart(ReadOnlySpan<byte> bytes)
    {
        var packets = new PsWalk(bytes);
        while (packets.MoveNext())
        {
            if (packets.Id == video.StreamId && !packets.Header.IsScrambled && HoldsKeyframe(bytes[packets.Position..]))
                return packets.Position;
        }

        return -1;
    }

    private bool HoldsKeyframe(ReadOnlySpan<byte> bytes)
    {
        var stream = PsStream.Read(bytes[..Math.Min(bytes.Length, PeekBytes)], video.StreamId, _content, FurtherBytes);
        return FoundPicture.Find(video.Coding, stream.Bytes.Span, before: stream.FirstLength) is not null;
    }
}
