using System.Globalization;
using System.Text;

namespace EventTorrent.Media.Hls;

/// <summary>Small pictures for a seek bar: sheets of them, and a WebVTT file that says which stands for which time.</summary>
internal static class Thumbnails
{
    /// <summary>Pixels.</summary>
    public const int Width = 160;

    public const int Columns = 5;
    public const int Rows = 5;
    public const string File = "thumbnails.vtt";

    /// <summary>%d is filled in by ffmpeg, from 0.</summary>
    public const string SheetPattern = "sprite_%03d.jpg";

    /// <summary>Time between two of them: longer for long films, so that there are never more than 40 sheets.</summary>
    public static TimeSpan Interval(TimeSpan duration) =>
        TimeSpan.FromSeconds(Math.Max(10, Math.Ceiling(duration.TotalSeconds / (40 * Columns * Rows))));

    public static string SheetName(int sheet) => string.Create(CultureInfo.InvariantCulture, $"sprite_{sheet:000}.jpg");

    /// <param name="sheets">How many there are; times beyond them have no picture.</param>
    public static string Describe(TimeSpan duration, int height, int sheets)
    {
        var interval = Interval(duration);
        var count = Math.Min(sheets * Columns * Rows, Math.Max(1, (int)Math.Ceiling(duration / interval)));
        var text = new StringBuilder("WEBVTT\n");
        for (var i = 0; i < count; i++)
        {
            var (sheet, cell) = Math.DivRem(i, Columns * Rows);
            var end = i == count - 1 && duration > interval * i ? duration : interval * (i + 1);
            text.Append(CultureInfo.InvariantCulture, $"\n{WebVtt.Time(interval * i)} --> {WebVtt.Time(end)}\n")
                .Append(CultureInfo.InvariantCulture, $"{SheetName(sheet)}#xywh={cell % Columns * Width},{cell / Columns * height},{Width},{height}\n");
        }

        return text.ToString();
    }
}
