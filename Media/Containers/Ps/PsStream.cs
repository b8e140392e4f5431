using System.Buffers;

namespace EventTorrent.Media.Containers.Ps;

/// <summary>The video in a part of a program stream, without packs and headers (ISO/IEC 13818-1 2.5; MPEG-1: ISO/IEC 11172-1 2.4).</summary>
/// <param name="Bytes">The elementary stream.</param>
/// <param name="StreamId">0xE0 to 0xEF, or 0 when there is no video.</param>
/// <param name="FirstLength">Bytes of the first packet.</param>
/// <param name="FirstPts">Of the first packet that has one.</param>
/// <param name="IsFirstTimed">That is the first packet.</param>
/// <param name="LastPts">Of the last packet that has one.</param>
/// <param name="IsScrambled">Some of it can't be read.</param>
internal readonly record struct PsStream(
    ReadOnlyMemory<byte> Bytes, byte StreamId, int FirstLength, long? FirstPts, bool IsFirstTimed, long? LastPts, bool IsScrambled)
{
    /// <param name="streamId">0 for the first video stream.</param>
    /// <param name="content">Takes the stream; what it held before is gone.</param>
    /// <param name="furtherLimit">No more than so many bytes are taken behind the first packet.</param>
    public static PsStream Read(ReadOnlySpan<byte> bytes, byte streamId, ArrayBufferWriter<byte> content, int furtherLimit = int.MaxValue)
    {
        content.ResetWrittenCount();
        var result = new PsStream(default, streamId, -1, null, false, null, false);
        var packets = new PsWalk(bytes);
        while ((result.FirstLength < 0 || content.WrittenCount - result.FirstLength < furtherLimit) && packets.MoveNext())
        {
            if (!packets.IsVideo || (result.StreamId != 0 && packets.Id != result.StreamId))
                continue;

            content.Write(packets.Payload);
            result = result with
            {
                StreamId = packets.Id,
                FirstLength = result.FirstLength < 0 ? packets.Payload.Length : result.FirstLength,
                IsFirstTimed = result.FirstLength < 0 ? packets.Header.Pts is not null : result.IsFirstTimed,
                FirstPts = result.FirstPts ?? packets.Header.Pts,
                LastPts = packets.Header.Pts ?? result.LastPts,
                IsScrambled = result.IsScrambled || packets.Header.IsScrambled,
            };
        }

        return result with { Bytes = content.WrittenMemory, FirstLength = Math.Max(result.FirstLength, 0) };
    }

    /// <summary>Where the packet ends that holds a byte of the stream.</summary>
    public static int EndOf(ReadOnlySpan<byte> bytes, byte streamId, int streamLength)
    {
        var packets = new PsWalk(bytes);
        while (packets.MoveNext())
        {
            if (packets.Id != streamId)
                continue;
            streamLength -= packets.Payload.Length;
            if (streamLength <= 0)
                return packets.End;
        }

        return bytes.Length;
    }
}
