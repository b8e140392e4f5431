using System.Globalization;

namespace EventTorrent.Downloader;

/// <summary>What the bench reads.</summary>
internal static class Line
{
    public static void Say(string what, double milliseconds) =>
        Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"bench: {what} {milliseconds:0.0}"));
}
