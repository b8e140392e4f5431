namespace EventTorrent.Media;

/// <summary>What is wrong with a file, by name.</summary>
public enum MediaErrorKind
{
    /// <summary>No container that we know: not a video, or not one that we can read.</summary>
    NotAVideo,

    /// <summary>The container holds no index, or no video track, where one is needed.</summary>
    IndexNotFound,

    /// <summary>The index contradicts itself or the file.</summary>
    IndexMalformed,

    /// <summary>A limit of the reader was reached (index size, sample count, keyframe size, picture size).</summary>
    LimitExceeded,

    /// <summary>No keyframe could be decoded.</summary>
    DecodeFailed,

    /// <summary>The video is encrypted.</summary>
    Encrypted,

    /// <summary>An archive (RAR, ZIP, 7z), whatever its name says.</summary>
    PackedArchive,

    /// <summary>ffmpeg is missing or can't be started.</summary>
    ToolMissing,

    /// <summary>There is no space for what is made.</summary>
    NoSpace,
}
