namespace EventTorrent.Media.Decoding;

/// <summary>How the brightness of a video becomes that of a screen.</summary>
internal enum DynamicRange
{
    /// <summary>It is that of a screen already.</summary>
    Standard,

    /// <summary>Tone-mapped by ffmpeg.</summary>
    ToneMapped,

    /// <summary>SMPTE ST 2084 (PQ: HDR10, Dolby Vision) by a curve of ours.</summary>
    Perceptual,

    /// <summary>ARIB STD-B67 (HLG) by a curve of ours.</summary>
    HybridLog,
}
