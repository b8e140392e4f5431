using EventTorrent.Contracts;
using EventTorrent.Hosting;
using EventTorrent.Storage;
using Microsoft.EntityFrameworkCore;

namespace EventTorrent.Api.Pictures;

/// <summary>Looks once, at start, for pictures without a task: what a delete left behind when its process was killed.</summary>
internal sealed partial class PictureReaper(IServiceScopeFactory scopes, PictureStore pictures, Preparations preparations, ILogger<PictureReaper> logger)
    : BackgroundService
{
    private const int BatchSize = 500;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await preparations.WaitAsync(stoppingToken);
        foreach (var batch in pictures.List().Chunk(BatchSize))
        {
            try
            {
                await ReapAsync(batch, stoppingToken);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                // The next start looks again; nothing depends on it.
                LogNotReaped(failure.GetType().Name);
                return;
            }
        }
    }

    private async Task ReapAsync(Infohash[] infohashes, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<TorrentDb>();
        var ids = infohashes.Select(infohash => infohash.ToTaskId()).ToList();
        var known = await db.Tasks.Where(task => ids.Contains(task.CorrelationId)).Select(task => task.CorrelationId).ToListAsync(cancellationToken);
        foreach (var infohash in infohashes.Where(infohash => !known.Contains(infohash.ToTaskId())))
        {
            pictures.Purge(infohash);
            LogReaped(infohash.ToString());
        }
    }

    [LoggerMessage(7111, LogLevel.Information, "Pictures of {Infohash} were removed: there is no such task")]
    private partial void LogReaped(string infohash);

    [LoggerMessage(7112, LogLevel.Warning, "Pictures without a task could not be looked for now ({Failure})")]
    private partial void LogNotReaped(string failure);
}
