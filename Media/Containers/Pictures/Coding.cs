namespace EventTorrent.Media.Containers.Pictures;

/// <summary>Families of video coding whose keyframes are told apart by different signs.</summary>
internal enum Coding
{
    /// <summary>Nothing in the pictures is known to us.</summary>
    Unknown,

    /// <summary>Every picture stands for itself.</summary>
    IntraOnly,

    /// <summary>MPEG-1 and MPEG-2 (ISO/IEC 13818-2).</summary>
    Mpeg2,

    /// <summary>MPEG-4 Visual: DivX, Xvid (ISO/IEC 14496-2).</summary>
    Mpeg4,

    /// <summary>H.264 with start codes (ITU-T H.264 Annex B).</summary>
    H264,

    /// <summary>H.265 with start codes (ITU-T H.265 Annex B).</summary>
    H265,

    /// <summary>VC-1 advanced profile with start codes (SMPTE 421M Annex E).</summary>
    Vc1,

    /// <summary>Microsoft MPEG-4 version 2 and 3, Windows Media Video 7.</summary>
    MsMpeg4,

    /// <summary>Windows Media Video 8.</summary>
    Wmv8,

    /// <summary>Cinepak.</summary>
    Cinepak,
}
