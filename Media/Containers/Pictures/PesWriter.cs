namespace EventTorrent.Media.Containers.Pictures;

/// <summary>Wraps a picture in a PES packet of video stream 0 that is shown at one second (ISO/IEC 13818-1 2.4.3.6).</summary>
internal static class PesWriter
{
    /// <summary>Start code, no length (video in transport streams may have none), flags, and the time 90000 in five bytes.</summary>
    private static ReadOnlySpan<byte> Header => [0, 0, 1, 0xE0, 0, 0, 0x80, 0x80, 5, 0x21, 0x00, 0x05, 0xBF, 0x21];

    public static byte[] Write(ReadOnlySpan<byte> picture) => [.. Header, .. picture];
}
