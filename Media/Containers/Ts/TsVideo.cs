using EventTorrent.Media.Containers.Pictures;

namespace EventTorrent.Media.Containers.Ts;

/// <summary>The video stream of a transport stream and how to find it.</summary>
/// <param name="Stride">From one packet to the next, in bytes.</param>
/// <param name="Pid">Number of its packets, 13 bits.</param>
/// <param name="FirstPts">Of the first picture, in 90 kHz.</param>
/// <param name="Counter">Tells how far pictures are behind their keyframe.</param>
internal readonly record struct TsVideo(int Stride, int Pid, Coding Coding, long FirstPts, PictureCounter Counter)
{
    /// <summary>The kinds of video that we know, with their stream types (ISO/IEC 13818-1 table 2-34; VC-1: SMPTE RP 227).</summary>
    public static readonly (byte Type, Coding Coding, string Codec)[] Types =
    [
        (0x01, Coding.Mpeg2, "mpeg1"), (0x02, Coding.Mpeg2, "mpeg2"), (0x10, Coding.Mpeg4, "mpeg4"), (0x1B, Coding.H264, "h264"),
        (0x24, Coding.H265, "hevc"), (0xEA, Coding.Vc1, "vc1"),
    ];

    public byte StreamType
    {
        get
        {
            var coding = Coding;
            return Types.Last(type => type.Coding == coding).Type;
        }
    }

    public string Codec
    {
        get
        {
            var coding = Coding;
            return Types.Last(type => type.Coding == coding).Codec;
        }
    }
}
