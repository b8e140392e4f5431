namespace EventTorrent.Media;

/// <summary>Whether ffmpeg runs under bubblewrap: without network, home and the rest of the file system.</summary>
public enum JailMode
{
    /// <summary>Where it works, which is tried once at the start.</summary>
    Auto,

    /// <summary>Never.</summary>
    Off,

    /// <summary>Always; where it does not work, nothing is decoded and the process does not start.</summary>
    Required,
}
