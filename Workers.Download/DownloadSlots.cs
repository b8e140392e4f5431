using Microsoft.Extensions.Options;

namespace EventTorrent.Workers.Download;

/// <summary>The downloads that run at once in this process, whichever queue they came from.</summary>
public sealed class DownloadSlots(IOptions<DownloadWorkerOptions> options) : IDisposable
{
    private readonly SemaphoreSlim _free = new(options.Value.Slots);

    /// <summary>Waits for a slot. Dispose it when the work has ended.</summary>
    public async Task<IDisposable> TakeAsync(CancellationToken cancellationToken)
    {
        await _free.WaitAsync(cancellationToken);
        return new Slot(_free);
    }

    public void Dispose() => _free.Dispose();

    private sealed class Slot(SemaphoreSlim free) : IDisposable
    {
        public void Dispose() => free.Release();
    }
}
