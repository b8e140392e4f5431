using EventTorrent.Hosting;

namespace EventTorrent.Workers.Download;

/// <summary>
/// Removes what the volume has of a torrent. Invariants:
/// <list type="bullet">
/// <item>A directory is removed by who holds it, and only while it has the mark that was meant: whoever begins there leaves another.</item>
/// <item>It goes by one move. Whoever is killed before has removed nothing; whoever is killed after leaves what the sweep removes.</item>
/// </list>
/// </summary>
public sealed partial class VolumePurge(Volume volume, KeptDownloads kept, TimeProvider time, ILogger<VolumePurge> logger)
{
    /// <summary>Who was told to stop may still write when the directory is gone, and make it again.</summary>
    private static readonly TimeSpan[] Looks = [TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2)];

    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(100);

    /// <summary>Removes the directory when it has that mark, and what is made in it without a mark in the moments after.</summary>
    /// <returns>Null when there is nothing, else the mark of what is there.</returns>
    public async Task<string?> RemoveAsync(string infohash, string mark, CancellationToken cancellationToken)
    {
        EmptyTrash(infohash);
        if (await MoveAwayAsync(infohash, mark, cancellationToken) is not { } trash)
        {
            return BegunMark.Read(volume.DirectoryOf(infohash));
        }

        Remove(trash);
        LogPurged(infohash);
        foreach (var pause in Looks)
        {
            await Task.Delay(pause, time, cancellationToken);
            if (TryMoveAway(infohash, BegunMark.None) is { } more)
            {
                Remove(more);
            }

            EmptyTrash(infohash);
        }

        return BegunMark.Read(volume.DirectoryOf(infohash));
    }

    /// <summary>Removes what was moved away and is still there.</summary>
    public void EmptyTrash(string? infohash = null)
    {
        foreach (var trash in volume.ListTrash(infohash))
        {
            Remove(trash);
        }
    }

    /// <summary>Waits until nobody holds it: who does was told to stop.</summary>
    /// <returns>Where it is now, or null: it is not there, has another mark, or is held for very long.</returns>
    private async Task<string?> MoveAwayAsync(string infohash, string mark, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        while (BegunMark.Read(volume.DirectoryOf(infohash)) == mark)
        {
            await kept.DropAsync(infohash, mark);
            if (TryMoveAway(infohash, mark) is { } trash)
            {
                return trash;
            }

            if (time.GetElapsedTime(start) >= DownloadJob.LongestHold)
            {
                LogHeld(infohash);
                return null;
            }

            await Task.Delay(Turn, time, cancellationToken);
        }

        return null;
    }

    private string? TryMoveAway(string infohash, string mark)
    {
        using var held = HeldDirectory.TryTakeExisting(volume.DirectoryOf(infohash));
        if (held is null || held.Mark != mark)
        {
            return null;
        }

        var trash = volume.NewTrash(infohash);
        held.MoveTo(trash);
        return trash;
    }

    private static void Remove(string trash)
    {
        try
        {
            Directory.Delete(trash, recursive: true);
        }
        catch (IOException)
        {
            // Somebody else removes it too, or a file came to be while the others were removed: there is another look.
        }
    }

    [LoggerMessage(2201, LogLevel.Information, "Removed what the volume had of {Infohash}")]
    private partial void LogPurged(string infohash);

    [LoggerMessage(2202, LogLevel.Warning, "What the volume has of {Infohash} is to be removed, but somebody holds it; the sweep tries again")]
    private partial void LogHeld(string infohash);
}
