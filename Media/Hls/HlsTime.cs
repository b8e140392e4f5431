namespace EventTorrent.Media.Hls;

/// <summary>The clock of the result, which is the same for all renditions: only so do they fit together.</summary>
internal static class HlsTime
{
    /// <summary>ISO/IEC 13818-1 2.4.2.</summary>
    public const int ClockPerSecond = 90_000;

    /// <summary>
    /// Where the start of the source lies. Not at zero: the first pictures are decoded before they are shown, and the first
    /// samples of an encoder lie before the first that was put in.
    /// </summary>
    public static readonly TimeSpan Start = TimeSpan.FromSeconds(10);

    /// <summary>Time between two keyframes of what we encode.</summary>
    public static readonly TimeSpan Keyframes = TimeSpan.FromSeconds(2);
}
