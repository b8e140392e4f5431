using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace EventTorrent.Storage;

/// <summary>Whether the database answers, within a time that a supervisor waits.</summary>
internal sealed class DatabaseHealth(TorrentDb db) : IHealthCheck
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        await db.Workers.AnyAsync(limit.Token).WaitAsync(limit.Token);
        return HealthCheckResult.Healthy("answers");
    }
}
