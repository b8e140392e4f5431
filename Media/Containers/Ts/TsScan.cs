using System.Buffers;
using EventTorrent.Media.Containers.Pictures;

namespace EventTorrent.Media.Containers.Ts;

/// <summary>Finds the keyframe at or behind a place in a transport stream.</summary>
internal sealed class TsScan(TsVideo video)
{
    /// <summary>So much of a PES packet is looked at for the beginning of a keyframe.</summary>
    private const int PeekBytes = 256 * 1024;

    /// <summary>What stands before the part that tells a picture's kind may reach into the packet behind.</summary>
    private const int FurtherBytes = 2 * 1024;

    /// <summary>So much is fetched at once; it is looked at in parts that grow, as small pictures are many.</summary>
    private const int AheadBytes = 64 * 1024;

    private const int FirstBytes = 4 * 1024;

    /// <summary>PES packets that seemed to have a keyframe and had none.</summary>
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
            position = offset + TsLayout.PacketLength;
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
            var stream = TsStream.Read(bytes.Span, video.Stride, video.Pid, _content);
            var picture = FoundPicture.Find(video.Coding, stream.Bytes.Span);
            if (length < limit && (picture is { IsOpen: true } || (picture is null && length < 2 * PeekBytes)))
                continue;
            if (picture is not { } found || stream.IsScrambled || (found.IsOpen && offset + length < window.Length))
                return null;

            var time = stream.FirstPts is { } pts ? PesClock.Between(video.FirstPts, pts) : entry.Time;
            return new(offset, TsStream.EndOf(bytes.Span, video.Stride, video.Pid, found.End), time, entry.Head);
        }
    }

    /// <summary>The PES packet in which a keyframe begins.</summary>
    private int FindStart(ReadOnlySpan<byte> bytes)
    {
        var walk = new TsWalk(bytes, video.Stride);
        while (walk.MoveNext())
        {
            var packet = walk.Packet;
            if (packet.Pid == video.Pid && packet.IsStart && !packet.IsScrambled && HoldsKeyframe(bytes[walk.Position..]))
                return walk.Position;
        }

        return -1;
    }

    private bool HoldsKeyframe(ReadOnlySpan<byte> bytes)
    {
        var stream = TsStream.Read(
            bytes[..Math.Min(bytes.Length, PeekBytes)], video.Stride, video.Pid, _content, FurtherBytes);
        return FoundPicture.Find(video.Coding, stream.Bytes.Span, before: stream.FirstLength) is not null;
    }
}
