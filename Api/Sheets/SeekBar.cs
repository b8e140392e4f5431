using System.Globalization;
using System.Text;
using EventTorrent.Media.Sheets;

namespace EventTorrent.Api.Sheets;

/// <summary>Thumbnails of a seek bar in WebVTT: for each stretch of time a part of the sprite, as a media fragment (W3C Media Fragments 4.2.2).</summary>
internal static class SeekBar
{
    /// <summary>How long the last picture is shown when nobody knows how long the video is.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(10);

    /// <param name="pictures">Times and places, in the order of time.</param>
    /// <param name="sprite">Address of the sprite, relative to that of this text.</param>
    public static string Write(IReadOnlyList<(TimeSpan At, (int X, int Y) Place)> pictures, SheetLayout layout, TimeSpan? duration, string sprite)
    {
        var text = new StringBuilder("WEBVTT\n");
        var start = TimeSpan.Zero;
        for (var i = 0; i < pictures.Count; i++)
        {
            var (at, (x, y)) = pictures[i];
            // A picture stands for all that is nearer to it than to its neighbours.
            var end = i + 1 < pictures.Count ? at + ((pictures[i + 1].At - at) / 2) : duration > at ? duration.Value : at + Rest;
            if (end <= start)
            {
                continue;
            }

            text.Append(CultureInfo.InvariantCulture, $"\n{Time(start)} --> {Time(end)}\n{sprite}#xywh={x},{y},{layout.CellWidth},{layout.CellHeight}\n");
            start = end;
        }

        return text.ToString();
    }

    private static string Time(TimeSpan time) =>
        string.Create(CultureInfo.InvariantCulture, $"{(long)time.TotalHours:00}:{time.Minutes:00}:{time.Seconds:00}.{time.Milliseconds:000}");
}
