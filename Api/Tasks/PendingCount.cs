using EventTorrent.Contracts;
using EventTorrent.Storage;
using Microsoft.EntityFrameworkCore;

namespace EventTorrent.Api.Tasks;

/// <summary>
/// How many tasks no worker has begun yet. Counting a million rows takes a while: such an answer is given again for twenty
/// times as long as it took, so that however many ask, a small part of the database's time goes into it. One that is
/// counted at once is never old.
/// </summary>
internal sealed class PendingCount(IServiceScopeFactory scopes, TimeProvider time) : IDisposable
{
    private const int Share = 20;
    private static readonly TimeSpan AtOnce = TimeSpan.FromMilliseconds(20);

    private readonly SemaphoreSlim _turn = new(1);
    private (int Count, long Timestamp, TimeSpan Took)? _last;

    public async Task<int> GetAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (_last is { } last && last.Took > AtOnce && time.GetElapsedTime(last.Timestamp) < Share * last.Took)
            {
                return last.Count;
            }

            await using var scope = scopes.CreateAsyncScope();
            var start = time.GetTimestamp();
            var count = await scope.ServiceProvider.GetRequiredService<TorrentDb>().Tasks
                .CountAsync(task => task.CurrentState == nameof(TaskState.Pending), cancellationToken);
            _last = (count, time.GetTimestamp(), time.GetElapsedTime(start));
            return count;
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();
}
