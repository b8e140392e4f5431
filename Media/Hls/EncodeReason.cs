namespace EventTorrent.Media.Hls;

/// <summary>Why a stream is not copied as it is.</summary>
public enum EncodeReason
{
    /// <summary>It is copied.</summary>
    None,

    /// <summary>Browsers do not decode this codec, or not in an MPEG transport stream.</summary>
    Codec,

    /// <summary>A profile, level or pixel format that browsers do not decode.</summary>
    Profile,

    /// <summary>Made of fields.</summary>
    Interlaced,

    /// <summary>A transport stream can't say that the picture lies on its side.</summary>
    Rotated,

    /// <summary>Its brightness is not that of a screen.</summary>
    HighDynamicRange,

    /// <summary>Keyframes are so far apart that segments would be too long to seek in.</summary>
    LongGops,

    /// <summary>The container does not say when its frames are shown.</summary>
    NoTimestamps,

    /// <summary>More than two channels.</summary>
    Channels,

    /// <summary>A smaller rendition of something that may itself be copied.</summary>
    LowerRendition,

    /// <summary>A copy was tried and failed: the stream breaks rules that a decoder gets over.</summary>
    CopyFailed,
}
