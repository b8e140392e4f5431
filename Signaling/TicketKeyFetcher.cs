using System.Net;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace EventTorrent.Signaling;

/// <summary>
/// Asks Api for the public keys of tickets again and again, where they are at an address and not in a file. What is known counts
/// until there is other; until anything is known the process is not ready, as it could let nobody in.
/// </summary>
internal sealed partial class TicketKeyFetcher(
    TicketKeySet keys, IOptions<SignalingOptions> options, TimeProvider time, ILogger<TicketKeyFetcher> logger) : BackgroundService, IHealthCheck
{
    /// <summary>Between two questions: a new key is published for longer before anything is signed with it.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    /// <summary>A name may mean another machine by then.</summary>
    private static readonly TimeSpan ConnectionLife = TimeSpan.FromMinutes(2);

    private readonly Uri? _address = options.Value.TicketKeysAddress;
    private volatile bool _hasFetched;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(_address is null || _hasFetched ? HealthCheckResult.Healthy("known") : HealthCheckResult.Unhealthy("not fetched yet"));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (_address is null)
        {
            return;
        }

        using var http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            PooledConnectionLifetime = ConnectionLife,
        })
        {
            Timeout = Limit,
            MaxResponseContentBufferSize = TicketKeySet.MaxBytes,
        };
        var wasAway = false;
        while (true)
        {
            var failure = await TryFetchAsync(http, _address, stoppingToken);
            _hasFetched |= failure is null;
            if (failure is not null && !wasAway)
            {
                LogAway(failure);
            }

            wasAway = failure is not null;
            await Task.Delay(wasAway ? RetryInterval : Interval, time, stoppingToken);
        }
    }

    /// <returns>Why nothing came of it; null when the keys are known now.</returns>
    private async Task<string?> TryFetchAsync(HttpClient http, Uri address, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await http.GetAsync(address, cancellationToken);
            return answer.StatusCode == HttpStatusCode.OK
                ? keys.TryTake(await answer.Content.ReadAsByteArrayAsync(cancellationToken))
                : $"it was answered {(int)answer.StatusCode}";
        }
        catch (HttpRequestException away)
        {
            return away.HttpRequestError.ToString();
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return $"no answer within {Limit.TotalSeconds} s";
        }
    }

    [LoggerMessage(7008, LogLevel.Warning, "The public keys of tickets were not fetched ({Reason}); what was known before counts, and it is tried again")]
    private partial void LogAway(string reason);
}
