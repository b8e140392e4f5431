using System.ComponentModel.DataAnnotations;

namespace EventTorrent.Sagas;

/// <summary>How long streams, and the files that they were made of, are kept. By default for ever. Section <c>Retention</c>.</summary>
public sealed class RetentionOptions
{
    public const string Section = "Retention";

    /// <summary>A stream that was neither finished nor watched for this long, or data that a deleted task left so long ago, is removed; 0 keeps all.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "36500.00:00:00")]
    public TimeSpan KeepFor { get; set; }

    /// <summary>When a volume has less free space than so many MiB, data of deleted tasks is removed from it, then streams, those unwatched longest first; 0 keeps all.</summary>
    [Range(0, int.MaxValue)]
    public int FreeMiB { get; set; }

    /// <summary>A stream that was finished or watched within this time, or data of a task that was deleted within it, is never removed.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "36500.00:00:00")]
    public TimeSpan WatchTime { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Time between two looks.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "1.00:00:00")]
    public TimeSpan Interval { get; set; } = TimeSpan.FromMinutes(1);
}
