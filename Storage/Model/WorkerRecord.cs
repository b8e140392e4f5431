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
}
