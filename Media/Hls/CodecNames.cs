using EventTorrent.Media.Containers.Ts;

namespace EventTorrent.Media.Hls;

/// <summary>What a transport stream really holds, in the words of RFC 6381: browsers ask their decoders for exactly that.</summary>
internal static class CodecNames
{
    /// <summary>The parameter sets stand before the first picture.</summary>
    public const int HeadBytes = 256 * 1024;

    private const int SequenceParameterSet = 7;

    /// <param name="segment">The start of an MPEG transport stream with one H.264 stream.</param>
    /// <returns>"avc1." and profile, constraints and level as hex digits (ITU-T H.264 7.3.2.1.1); null when no parameter set is there.</returns>
    public static string? Video(ReadOnlySpan<byte> segment)
    {
        var stream = Elementary(segment);
        for (var i = 0; i + 6 < stream.Length; i++)
        {
            if (stream[i] == 0 && stream[i + 1] == 0 && stream[i + 2] == 1 && (stream[i + 3] & 0x1F) == SequenceParameterSet)
                return $"avc1.{Convert.ToHexString(stream, i + 4, 3)}";
        }

        return null;
    }

    /// <param name="segment">The start of an MPEG transport stream with one AAC stream in ADTS.</param>
    /// <param name="profile">The object type that the source names: ADTS can't say that there is more than its core.</param>
    /// <returns>"mp4a.40." and the object type; null when no ADTS header is there.</returns>
    public static string? Audio(ReadOnlySpan<byte> segment, int profile)
    {
        const int LowComplexity = 2;
        var stream = Elementary(segment);
        for (var i = 0; i + 2 < stream.Length; i++)
        {
            // ISO/IEC 13818-7 6.2: twelve bits set, layer 0; two bits are the object type less one.
            if (stream[i] == 0xFF && (stream[i + 1] & 0xF6) == 0xF0)
            {
                var core = (stream[i + 2] >> 6) + 1;
                return $"mp4a.40.{(core == LowComplexity && profile > LowComplexity ? profile : core)}";
            }
        }

        return null;
    }

    /// <summary>What the PES packets of the first stream hold, without their headers.</summary>
    private static byte[] Elementary(ReadOnlySpan<byte> segment)
    {
        var bytes = new List<byte>();
        var pid = -1;
        for (; segment.Length >= TsLayout.PacketLength && segment[0] == 0x47; segment = segment[TsLayout.PacketLength..])
        {
            var packet = new TsPacket(segment[..TsLayout.PacketLength]);
            var payload = packet.Payload;
            var isPes = packet.IsStart && payload.Length > 9 && payload.StartsWith((ReadOnlySpan<byte>)[0, 0, 1]);
            if (isPes && pid < 0)
                pid = packet.Pid;
            if (packet.Pid != pid || payload.IsEmpty)
                continue;

            // ISO/IEC 13818-1 2.4.3.6: nine bytes, the last of which counts those that follow.
            bytes.AddRange(isPes ? payload[Math.Min(payload.Length, 9 + payload[8])..] : payload);
        }

        return [.. bytes];
    }
}
