namespace EventTorrent.Media.Hls;

/// <summary>When a stream gets a second, smaller rendition for slow links.</summary>
public enum LowerRendition
{
    /// <summary>When the source is above <see cref="HlsOptions.LowerAboveBitsPerSecond"/>.</summary>
    Auto,

    /// <summary>When the source has more than 480 rows, too.</summary>
    Always,

    Never,
}
