using System.Globalization;

namespace EventTorrent.Demo;

/// <summary>Follows a task to its end: tells every entry of its timeline as it comes, and between them how the work goes.</summary>
/// <param name="nameOf">What a person calls the worker of that name.</param>
internal sealed class LifeWatch(EventTorrentClient service, Narrator narrator, string infohash, Func<string, string> nameOf)
{
    private const double Megabyte = 1_000_000;
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan BetweenDetails = TimeSpan.FromSeconds(2);

    private int _told;
    private string? _detail;
    private TimeSpan _detailAt;

    /// <param name="look">Sees the task each time that it is looked at.</param>
    /// <returns>The task at its end.</returns>
    /// <exception cref="DemoException">The task failed.</exception>
    public async Task<TaskReply> WaitForEndAsync(Func<TaskReply, CancellationToken, Task> look, CancellationToken cancellationToken)
    {
        while (true)
        {
            var task = await service.FindAsync(infohash, cancellationToken);
            await TellTimelineAsync(cancellationToken);
            switch (task.State)
            {
                case "Failed":
                    throw new DemoException($"The task failed: {task.Failure?.Kind}: {task.Failure?.Message}");
                case "Playable":
                    return task;
                case "Completed":
                    throw new DemoException("The task ended without a stream.");
            }

            TellDetail(task);
            await look(task, cancellationToken);
            await Task.Delay(PollInterval, cancellationToken);
        }
    }

    private async Task TellTimelineAsync(CancellationToken cancellationToken)
    {
        var timeline = await service.TimelineAsync(infohash, cancellationToken);
        foreach (var entry in timeline.Skip(_told))
        {
            var way = entry.FromState is null || entry.FromState == entry.ToState ? entry.ToState : $"{entry.FromState} -> {entry.ToState}";
            var worker = entry.Worker is null ? "" : $"  [{nameOf(entry.Worker)}]";
            narrator.Say(entry.At, $"{way}: {entry.Cause}{worker}");
            _detailAt = TimeSpan.Zero;
        }

        _told = timeline.Count;
    }

    private void TellDetail(TaskReply task)
    {
        var detail = task.State switch
        {
            "Screenshotting" => FormattableString.Invariant($"{task.ShotsStored} of {task.ShotsWanted} pictures"),
            "Downloading" => Downloading(task),
            "Transcoding" => Transcoding(task),
            _ => null,
        };
        if (detail is not null && detail != _detail && narrator.Now - _detailAt >= BetweenDetails)
        {
            (_detail, _detailAt) = (detail, narrator.Now);
            narrator.Detail(detail);
        }
    }

    private static string? Downloading(TaskReply task) => task.Download is { DoneBytes: { } done, TotalBytes: > 0 and var total }
        ? FormattableString.Invariant(
            $"{(double)done / total:P0}: {done / Megabyte:0.0} of {total / Megabyte:0.0} MB, {task.DownBytesPerSecond / Megabyte:0.0} MB/s from {task.Peers} {(task.Peers == 1 ? "peer" : "peers")}{Left(task.RemainingS)}")
        : task.Reason;

    private string? Transcoding(TaskReply task)
    {
        var running = task.Transcodes.Where(item => item.State == "running").Select(Transcoding).ToList();
        return running.Count == 0
            ? task.Reason
            : FormattableString.Invariant($"{task.Progress:P0}{Left(task.RemainingS)}: {string.Join("; ", running)}");
    }

    private string Transcoding(TaskReply.TranscodeReply item)
    {
        // People count from 1.
        var what = item.Part is { } part ? FormattableString.Invariant($"part {part + 1} of {item.Parts}") : "the whole video";
        var speed = item.Speed is > 0 ? FormattableString.Invariant($" at {item.Speed:0.0}x") : "";
        return FormattableString.Invariant($"{what} {item.Progress ?? 0:P0}{speed} [{(item.Worker is null ? "?" : nameOf(item.Worker))}]");
    }

    private static string Left(double? seconds) => seconds is null ? "" : string.Create(CultureInfo.InvariantCulture, $", {Math.Ceiling(seconds.Value):0} s left");
}
