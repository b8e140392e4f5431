namespace EventTorrent.Hosting.Telemetry;

/// <summary>What the instruments and spans of this project are found by.</summary>
public static class TelemetryNames
{
    /// <summary>Of every meter. Labels are of sets of our own (steps, states, outcomes, queues, volumes): never an infohash, a name or an address.</summary>
    public const string Meter = "EventTorrent";

    /// <summary>Of the spans of messages and work; those of ffmpeg have <see cref="MediaSource"/>.</summary>
    public const string Source = "EventTorrent";

    /// <summary>Of the spans of the media library, which knows no other project.</summary>
    public const string MediaSource = "EventTorrent.Media";
}
