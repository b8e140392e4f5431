using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace EventTorrent.Storage;

/// <summary>Whether the database answers, within a time that a supervisor waits.</summary>
internal sealed class DatabaseHealth(IDbContextFactory<TorrentDb> contexts) : IHealthCheck
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        await AskAsync(limit.Token).WaitAsync(limit.Token);
        return HealthCheckResult.Healthy("answers");
    }

    /// <summary>With a context of its own: a question that nobody waits for any more still connects, and a context that does so can't be disposed.</summary>
    private async Task AskAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await db.Workers.AnyAsync(cancellationToken);
    }
}
