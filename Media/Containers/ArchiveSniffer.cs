namespace EventTorrent.Media.Containers;

/// <summary>Names an archive by its first bytes.</summary>
internal static class ArchiveSniffer
{
    /// <returns>Its usual extension, or null when it is none that is known.</returns>
    public static string? Sniff(ReadOnlySpan<byte> head)
    {
        // RAR 1.5 to 4 and RAR 5 differ in what follows.
        if (head.StartsWith("Rar!\u001A\u0007"u8))
            return ".rar";
        // A local file, an empty archive, a volume of a split archive (APPNOTE.TXT 4.3.7, 4.3.16, 8.5.3).
        if (head.StartsWith("PK\u0003\u0004"u8) || head.StartsWith("PK\u0005\u0006"u8) || head.StartsWith("PK\u0007\u0008"u8))
            return ".zip";
        return head.StartsWith((ReadOnlySpan<byte>)[(byte)'7', (byte)'z', 0xBC, 0xAF, 0x27, 0x1C]) ? ".7z" : null;
    }
}
