using System.ComponentModel.DataAnnotations;

namespace EventTorrent.Hosting.Watchdog;

/// <summary>When an endpoint is deaf, and what time is left then. Section <c>Watchdog</c>; only with RabbitMQ.</summary>
public sealed class WatchdogOptions
{
    public const string Section = "Watchdog";

    private const string Least = "00:00:00.100";
    private const string Most = "01:00:00";

    /// <summary>Whether this process looks at its endpoints and ends itself when one is deaf.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>Time between two looks.</summary>
    [Range(typeof(TimeSpan), Least, Most)]
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>An endpoint that is not ready, or whose queue has no consumer, for this long. The transport itself waits up to 30 s between two attempts.</summary>
    [Range(typeof(TimeSpan), Least, Most)]
    public TimeSpan LostAfter { get; set; } = TimeSpan.FromSeconds(45);

    /// <summary>A handler that still runs for this long after the channel of its delivery has gone: it keeps its endpoint from coming back.</summary>
    [Range(typeof(TimeSpan), Least, Most)]
    public TimeSpan StuckAfter { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>Messages that wait for this long while a slot is free and nothing is delivered.</summary>
    [Range(typeof(TimeSpan), Least, Most)]
    public TimeSpan SilentAfter { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>Time for the rest of the process to stop in order, before it is ended.</summary>
    [Range(typeof(TimeSpan), Least, Most)]
    public TimeSpan StopWithin { get; set; } = TimeSpan.FromSeconds(5);
}
