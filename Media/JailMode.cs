namespace EventTorrent.Media;

/// <summary>Whether ffmpeg runs under bubblewrap: without home and the rest of the file system, and without network except for demand paging.</summary>
public enum JailMode
{
    /// <summary>Where it works, which is tried once at the start.</summary>
    Auto,

    /// <summary>Never.</summary>
    Off,

    /// <summary>Always; where it does not work, nothing is decoded and the process does not start.</summary>
    Required,
}
