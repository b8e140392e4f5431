namespace EventTorrent.Contracts;

/// <summary>
/// Names of the queues. All are durable, classic and declared without arguments, as a sender to <c>queue:x</c> declares x
/// too, and other arguments there would break its channel.
/// </summary>
public static class Queues
{
    public const string Saga = "saga.torrent";
    public const string Dispatcher = "saga.dispatcher";
    public const string ScreenshotWork = "work.screenshot";
    public const string ScreenshotStore = "api.screenshots";

    /// <summary>Every queue that processes of one kind share.</summary>
    public static IReadOnlyList<string> All { get; } = [Saga, Dispatcher, ScreenshotWork, ScreenshotStore];

    /// <summary>The address of a queue for MassTransit.</summary>
    public static Uri Address(string queue) => new($"queue:{queue}");
}
