namespace EventTorrent.TestKit;

/// <summary>The browser of this machine, as the tests of Web find it too.</summary>
public static class Chromium
{
    /// <summary>Its program.</summary>
    public static string Path => Environment.GetEnvironmentVariable("EVENTTORRENT_CHROMIUM") ?? "/usr/bin/chromium";

    /// <summary>Why it can't run on this machine; null when it can.</summary>
    public static string? Missing => File.Exists(Path) ? null : "Chromium is not installed (package chromium; EVENTTORRENT_CHROMIUM names another).";
}
