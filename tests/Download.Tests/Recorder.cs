using EventTorrent.Torrents;
using EventTorrent.Workers.Download;

namespace EventTorrent.Download.Tests;

/// <summary>Takes down what a job says.</summary>
internal sealed class Recorder : IDownloadReports, IDisposable
{
    private readonly TaskCompletionSource _hasBytes = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<string> _stalls = [];
    private volatile DownloadProgress? _last;

    /// <summary>A look at the job at which this is reached ends <see cref="Reached"/>.</summary>
    public long WaitForBytes { get; init; } = long.MaxValue;

    public Task Reached => _hasBytes.Task;

    /// <summary>Tells the job to stop.</summary>
    public CancellationTokenSource Stop { get; } = new();

    /// <summary>Ends the slice of the job.</summary>
    public CancellationTokenSource Slice { get; } = new();

    public DownloadProgress? Last => _last;

    public byte[]? Checkpoint { get; private set; }

    public DownloadDetail? Detail { get; private set; }

    public TorrentMetadata? Metadata { get; private set; }

    /// <summary>Each other sentence about why nothing arrives.</summary>
    public IReadOnlyList<string> Stalls
    {
        get
        {
            lock (_stalls)
            {
                return [.. _stalls];
            }
        }
    }

    public Task MetadataAsync(TorrentMetadata metadata, CancellationToken cancellationToken)
    {
        Metadata = metadata;
        return Task.CompletedTask;
    }

    public void Look(DownloadProgress progress, IReadOnlyList<string> servingPeers, string? stall, DownloadDetail detail)
    {
        _last = progress;
        Detail = detail;
        if (progress.State == DownloadState.Running && progress.DoneBytes >= WaitForBytes)
        {
            _hasBytes.TrySetResult();
        }

        lock (_stalls)
        {
            if (stall is not null && _stalls.LastOrDefault() != stall)
            {
                _stalls.Add(stall);
            }
        }
    }

    public void Dispose()
    {
        Stop.Dispose();
        Slice.Dispose();
    }

    public Task CheckpointAsync(byte[] resumeData, CancellationToken cancellationToken)
    {
        Checkpoint = resumeData;
        return Task.CompletedTask;
    }
}
