namespace EventTorrent.Storage.Model;

/// <summary>A worker process, as it last said itself.</summary>
public sealed class WorkerRecord
{
    /// <summary>Instance name, unique while the process runs.</summary>
    public string Worker { get; set; } = "";

    public string Host { get; set; } = "";

    /// <summary>The step it does, by name.</summary>
    public string Kind { get; set; } = "";

    public string? Volume { get; set; }

    public int Slots { get; set; }

    public int Busy { get; set; }

    public long? FreeBytes { get; set; }

    public string Version { get; set; } = "";

    public DateTimeOffset StartedAt { get; set; }

    public DateTimeOffset SeenAt { get; set; }

    /// <summary>Number of the last message that was taken in; older ones that come later are not.</summary>
    public long Beat { get; set; }

    /// <summary>When the worker said that it leaves, or null.</summary>
    public DateTimeOffset? StoppedAt { get; set; }

    /// <summary>A person wants it to take no new work.</summary>
    public bool DrainAsked { get; set; }

    /// <summary>It has heard of that, by its own word: what it has is all that it will have.</summary>
    public bool Draining { get; set; }
}
