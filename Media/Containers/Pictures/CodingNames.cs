namespace EventTorrent.Media.Containers.Pictures;

/// <summary>What the four characters of a codec mean.</summary>
internal static class CodingNames
{
    public static Coding OfFourCC(string codec) => codec.ToUpperInvariant() switch
    {
        "XVID" or "DIVX" or "DX50" or "FMP4" or "MP4V" or "MP4S" or "M4S2" or "3IVX" or "3IV2" or "XVIX" or "DXGM" or "BLZ0" or "RMP4" or "SEDG"
            or "UMP4" or "WV1F" or "PMP4" or "SMP4" or "HDX4" or "DM4V" => Coding.Mpeg4,
        "H264" or "X264" or "AVC1" or "DAVC" or "VSSH" or "SMV2" => Coding.H264,
        "HEVC" or "H265" or "HVC1" or "HEV1" or "X265" => Coding.H265,
        "MPEG" or "MPG1" or "MPG2" or "MP2V" or "M2V1" or "PIM1" or "PIM2" or "VCR2" => Coding.Mpeg2,
        "WVC1" or "WVP2" => Coding.Vc1,
        "MP42" or "DIV2" or "DIV3" or "DIV4" or "DIV5" or "DIV6" or "MP43" or "MPG3" or "AP41" or "COL0" or "COL1" or "WMV1" => Coding.MsMpeg4,
        "WMV2" => Coding.Wmv8,
        "CVID" => Coding.Cinepak,
        "MJPG" or "JPEG" or "AVRN" or "DMB1" or "LJPG" or "MJLS" or "HFYU" or "FFVH" or "DVSD" or "DVHD" or "DVSL" or "DV25" or "DV50" or "CDVC"
            or "RGB" or "YUY2" or "UYVY" or "YV12" or "I420" or "IYUV" or "ULRG" or "ULY0" or "ULY2" or "MAGY" or "PNG1" or "MPNG" => Coding.IntraOnly,
        _ => Coding.Unknown,
    };
}
