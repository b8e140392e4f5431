using EventTorrent.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace EventTorrent.Api.Web;

/// <summary>Whether the database answers, within a time that a supervisor waits.</summary>
internal sealed class DatabaseHealth(TorrentDb db) : IHealthCheck
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        await db.Workers.AnyAsync(cancellationToken).WaitAsync(Patience, cancellationToken);
        return HealthCheckResult.Healthy("answers");
    }
}
