using EventTorrent.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace EventTorrent.Storage;

/// <summary>
/// What receivers are still to be told. Processes compete for it: who takes a delivery has it until its lease ends, and its attempt's
/// number is the right to say how it went.
/// </summary>
public sealed class WebhookQueue(TorrentDb db, WriteGate gate)
{
    /// <summary>Takes what is due, each for one attempt.</summary>
    /// <param name="leaseEnds">When others may take it again, should nobody say how it went.</param>
    public async Task<IReadOnlyList<WebhookDelivery>> TakeDueAsync(int limit, DateTimeOffset now, DateTimeOffset leaseEnds, CancellationToken cancellationToken)
    {
        using var turn = await gate.EnterAsync(cancellationToken);
        if (db.IsPostgres)
        {
            return await db.WebhookDeliveries.FromSql(
                $"""
                WITH due AS MATERIALIZED (
                    SELECT id FROM webhook_deliveries WHERE due_at <= {now} ORDER BY due_at LIMIT {limit} FOR UPDATE SKIP LOCKED)
                UPDATE webhook_deliveries d SET attempts = attempts + 1, due_at = {leaseEnds} FROM due WHERE d.id = due.id
                RETURNING d.*
                """).AsNoTracking().ToListAsync(cancellationToken);
        }

        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var due = await db.WebhookDeliveries.AsTracking()
            .Where(delivery => delivery.DueAt <= now).OrderBy(delivery => delivery.DueAt).Take(limit).ToListAsync(cancellationToken);
        due.ForEach(delivery => (delivery.Attempts, delivery.DueAt) = (delivery.Attempts + 1, leaseEnds));
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return due;
    }

    /// <summary>Notes how an attempt went, unless another one has begun since.</summary>
    /// <param name="taken">As it was taken.</param>
    /// <param name="deliveredAt">When the receiver had it, or null.</param>
    /// <param name="dueAt">When to try again, or null for never.</param>
    public async Task EndAttemptAsync(
        WebhookDelivery taken, DateTimeOffset? deliveredAt, DateTimeOffset? dueAt, int? status, string? error, CancellationToken cancellationToken)
    {
        using var turn = await gate.EnterAsync(cancellationToken);
        await db.WebhookDeliveries.Where(delivery => delivery.Id == taken.Id && delivery.Attempts == taken.Attempts && delivery.DueAt != null)
            .ExecuteUpdateAsync(
                set => set.SetProperty(delivery => delivery.DeliveredAt, deliveredAt).SetProperty(delivery => delivery.DueAt, dueAt)
                    .SetProperty(delivery => delivery.LastStatus, status).SetProperty(delivery => delivery.LastError, error),
                cancellationToken);
    }

    /// <summary>Forgets what ended and is older than this.</summary>
    public async Task TidyAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        using var turn = await gate.EnterAsync(cancellationToken);
        await db.WebhookDeliveries.Where(delivery => delivery.DueAt == null && delivery.CreatedAt < before).ExecuteDeleteAsync(cancellationToken);
    }
}
