using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EventTorrent.Storage;

/// <summary>Keeps <see cref="DatabaseTime"/> right: looks once before anything else of the host starts, and then now and again.</summary>
internal sealed partial class DatabaseTimeKeeper(IServiceScopeFactory scopes, DatabaseTime time, ILogger<DatabaseTimeKeeper> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    /// <summary>An answer that took longer says too little.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await LookAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await LookAsync(stoppingToken);
        }
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var db = scope.ServiceProvider.GetRequiredService<TorrentDb>();
            await db.Database.OpenConnectionAsync(patience.Token);
            try
            {
                var asked = time.GetTimestamp();
                var utc = await db.Database.SqlQuery<DateTimeOffset>($"SELECT clock_timestamp() AS \"Value\"").SingleAsync(patience.Token);
                time.Set(utc, asked, time.GetTimestamp());
            }
            finally
            {
                // The context is used again: it must not keep what was opened for this look.
                await db.Database.CloseConnectionAsync();
            }
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            // Time goes on by the monotonic clock until the database answers again.
            LogNotNow(failure.GetType().Name);
        }
    }

    [LoggerMessage(5011, LogLevel.Debug, "The database could not be asked for the time now: {Failure}")]
    private partial void LogNotNow(string failure);
}
