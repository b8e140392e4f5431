namespace EventTorrent.Media.Hls;

/// <summary>What the segments of a stream are.</summary>
public enum SegmentFormat
{
    /// <summary>MPEG transport streams, which every player of HLS reads.</summary>
    MpegTs,

    /// <summary>Fragmented MP4: a few percent smaller, and the only one that may hold HEVC and AV1.</summary>
    FragmentedMp4,
}
