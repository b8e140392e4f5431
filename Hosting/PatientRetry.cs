using MassTransit;

namespace EventTorrent.Hosting;

/// <summary>How handlers outlast a database or a disk that is away for a while.</summary>
public static class PatientRetry
{
    /// <summary>About two minutes together: long enough for a database to come back, short enough for a fault of ours to show.</summary>
    private const int Retries = 14;

    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Last = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(50);

    /// <summary>Tries a handler again, soon at first and then more slowly; then the message goes to the endpoint's errors.</summary>
    /// <param name="configure">More failures that no retry can help.</param>
    public static void UsePatientRetry(this IConsumePipeConfigurator endpoint, Action<IRetryConfigurator>? configure = null) =>
        endpoint.UseMessageRetry(retry =>
        {
            retry.Exponential(Retries, First, Last, Step);
            retry.IgnoreBrokenMessages();
            configure?.Invoke(retry);
        });
}
