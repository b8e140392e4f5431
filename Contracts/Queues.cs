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

    /// <summary>Downloads that no volume has anything of yet: a worker of any volume may take one.</summary>
    public const string DownloadWork = "work.download";

    /// <summary>Every queue that processes of one kind share, whatever their volume.</summary>
    public static IReadOnlyList<string> All { get; } = [Saga, SagaAside, Dispatcher, ScreenshotWork, DownloadWork, ScreenshotStore];

    /// <summary>Downloads that go on where their bytes are. Made by the workers of the volume.</summary>
    public static string DownloadOn(string volume) => $"{DownloadWork}.{volume}";

    /// <summary>Videos to transcode where they lie. Made by the workers of the volume.</summary>
    public static string TranscodeOn(string volume) => $"work.transcode.{volume}";

    /// <summary>What is to be removed from a volume. Made by the workers of the volume.</summary>
    public static string PurgeOn(string volume) => $"work.purge.{volume}";

    /// <summary>What other Signaling processes have for one of them. Gone with that process, unlike all the others.</summary>
    public static string SignalingOf(string instance) => $"signaling-{instance}";

    /// <summary>Every queue that the processes of one volume share.</summary>
    public static IReadOnlyList<string> Of(string volume) => [DownloadOn(volume), TranscodeOn(volume), PurgeOn(volume)];

    /// <summary>The address of a queue for MassTransit.</summary>
    public static Uri Address(string queue) => new($"queue:{queue}");
}
