using System.Buffers;
using EventTorrent.Media.Containers.Pictures;

namespace EventTorrent.Media.Containers.Ts;

/// <summary>The elementary stream in a part of a file, without the headers of packets.</summary>
/// <param name="Bytes">The stream.</param>
/// <param name="FirstPts">Of the first PES packet.</param>
/// <param name="FirstLength">Bytes of the first PES packet.</param>
/// <param name="IsScrambled">Some of it can't be read.</param>
internal readonly record struct TsStream(ReadOnlyMemory<byte> Bytes, long? FirstPts, int FirstLength, bool IsScrambled)
{
    /// <param name="bytes">Begin with the packet that begins a PES packet.</param>
    /// <param name="content">Takes the stream; what it held before is gone.</param>
    /// <param name="furtherLimit">No more than so many bytes are taken behind the first PES packet.</param>
    public static TsStream Read(ReadOnlySpan<byte> bytes, int stride, int pid, ArrayBufferWriter<byte> content, int furtherLimit = int.MaxValue)
    {
        content.ResetWrittenCount();
        long? pts = null;
        var (isScrambled, packets, firstLength) = (false, 0, -1);
        var walk = new TsWalk(bytes, stride);
        while ((firstLength < 0 || content.WrittenCount - firstLength < furtherLimit) && walk.MoveNext())
        {
            var packet = walk.Packet;
            if (packet.Pid != pid)
                continue;

            isScrambled |= packet.IsScrambled;
            var payload = packet.Payload;
            if (packet.IsStart && PesHeader.TryRead(payload, out var header))
            {
                if (++packets == 1)
                    pts = header.Pts;
                else if (firstLength < 0)
                    firstLength = content.WrittenCount;
                isScrambled |= header.IsScrambled;
                payload = payload[Math.Min(header.Length, payload.Length)..];
            }

            content.Write(payload);
        }

        return new(content.WrittenMemory, pts, firstLength < 0 ? content.WrittenCount : firstLength, isScrambled);
    }

    /// <summary>Where the transport packet ends that holds a byte of the stream.</summary>
    public static int EndOf(ReadOnlySpan<byte> bytes, int stride, int pid, int streamLength)
    {
        var walk = new TsWalk(bytes, stride);
        while (walk.MoveNext())
        {
            var packet = walk.Packet;
            if (packet.Pid != pid)
                continue;

            var payload = packet.Payload;
            if (packet.IsStart && PesHeader.TryRead(payload, out var header))
                payload = payload[Math.Min(header.Length, payload.Length)..];
            streamLength -= payload.Length;
            if (streamLength <= 0)
                return walk.Position + TsLayout.PacketLength;
        }

        return bytes.Length;
    }
}
