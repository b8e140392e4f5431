namespace EventTorrent.Contracts;

/// <summary>
/// Names of the queues. All are durable, classic and declared without arguments, as a sender to <c>queue:x</c> declares x
/// too, and other arguments there would break its channel.
/// </summary>
public static class Queues
{
    public const string Saga = "saga.torrent";

    /// <summary>Reports about tasks whose rows somebody holds: they wait here, so that no other task waits with them.</summary>
    public const string SagaAside = "saga.aside";

    public const string Dispatcher = "saga.dispatcher";
    public const string ScreenshotWork = "work.screenshot";
    public const string ScreenshotStore = "api.screenshots";

    /// <summary>Every queue that processes of one kind share.</summary>
    public static IReadOnlyList<string> All { get; } = [Saga, SagaAside, Dispatcher, ScreenshotWork, ScreenshotStore];

    /// <summary>The address of a queue for MassTransit.</summary>
    public static Uri Address(string queue) => new($"queue:{queue}");
}
