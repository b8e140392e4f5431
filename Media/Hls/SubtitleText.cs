using System.Text;

namespace EventTorrent.Media.Hls;

/// <summary>Text of unknown encoding: files of subtitles seldom say which they have.</summary>
internal static class SubtitleText
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <param name="language">Where it is not Unicode, the language tells which of Windows' encodings is likely.</param>
    public static string Decode(ReadOnlySpan<byte> bytes, string? language)
    {
        if (bytes.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]))
            return Encoding.UTF8.GetString(bytes[3..]);
        if (bytes.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]))
            return Encoding.Unicode.GetString(bytes[2..]);
        if (bytes.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]))
            return Encoding.BigEndianUnicode.GetString(bytes[2..]);

        try
        {
            return StrictUtf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return CodePagesEncodingProvider.Instance.GetEncoding(CodePage(language))!.GetString(bytes);
        }
    }

    private static int CodePage(string? language) => language switch
    {
        "cs" or "pl" or "hu" or "sk" or "sl" or "hr" or "bs" or "ro" or "sq" => 1250,
        "ru" or "uk" or "bg" or "sr" or "mk" => 1251,
        "el" => 1253,
        "tr" => 1254,
        "he" => 1255,
        "ar" or "fa" or "ur" => 1256,
        "et" or "lv" or "lt" => 1257,
        "vi" => 1258,
        "th" => 874,
        "ja" => 932,
        "ko" => 949,
        "zh" => 936,
        _ => 1252,
    };
}
