using System.ComponentModel.DataAnnotations;

namespace EventTorrent.Sagas;

/// <summary>Leases, retries and the flow of work. Section <c>Sagas</c>.</summary>
public sealed class SagaOptions
{
    public const string Section = "Sagas";

    /// <summary>Messages that one process handles at once. SQLite has one writer: more than a few only wait.</summary>
    [Range(1, 256)]
    public int Concurrency { get; set; } = 16;

    /// <summary>Failures in a row without progress that end a task.</summary>
    [Range(1, 100)]
    public int MaxAttempts { get; set; } = 5;

    /// <summary>Wait before the second attempt; three times as long before each further one.</summary>
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromSeconds(5);

    public TimeSpan MaxRetryDelay { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>A running item without a report for this long has lost its worker.</summary>
    public TimeSpan Heartbeat { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>A command that no worker has begun for this long is issued again.</summary>
    public TimeSpan QueueTime { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>A finished item whose results are not stored after this long is done again for the missing ones.</summary>
    public TimeSpan StoreTime { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>Longest time between two looks of the Dispatcher.</summary>
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// This process holds everything (in-memory bus): at start all messages and workers of its earlier life are gone, so
    /// every unfinished item is due at once.
    /// </summary>
    public bool RequeueAtStart { get; set; }
}
