using MassTransit;

namespace EventTorrent.Hosting;

/// <summary>
/// The queues beside each shared queue: <c>_error</c> for messages whose handling failed, <c>_skipped</c> for those that
/// nobody handles. They are for a person to look at, so they are bounded: the oldest go first. The work queues have no
/// arguments, as every sender declares them too.
/// </summary>
public static class ErrorQueues
{
    private const long MaxAgeMilliseconds = 7L * 24 * 60 * 60 * 1000;
    private const long MaxMessages = 10_000;
    private const long MaxBytes = 256L * 1024 * 1024;

    /// <summary>Declared by the transport with the first message, and by whoever counts them.</summary>
    internal static IDictionary<string, object?> Arguments { get; } = new Dictionary<string, object?>
    {
        ["x-message-ttl"] = MaxAgeMilliseconds,
        ["x-max-length"] = MaxMessages,
        ["x-max-length-bytes"] = MaxBytes,
    };

    public static string ErrorsOf(string queue) => $"{queue}_error";

    public static string SkippedOf(string queue) => $"{queue}_skipped";

    internal static void Bound(IRabbitMqQueueConfigurator queue)
    {
        foreach (var (key, value) in Arguments)
        {
            queue.SetQueueArgument(key, value!);
        }
    }
}
