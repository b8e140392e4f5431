using System.Numerics;

namespace EventTorrent.TestKit;

/// <summary>
/// Says what is wrong with a history, whatever order its messages took and whoever was killed:
/// every task ends, and says why when it failed; each picture is stored once, in the table and on the disk; the leases of
/// an item rise one by one and are held by one worker each; nothing was accepted under an old lease; nothing was dead-lettered.
/// </summary>
public static class HistoryChecker
{
    /// <returns>One sentence for each violation; empty for a sound history.</returns>
    public static IReadOnlyList<string> Check(History history)
    {
        var changes = history.Changes.GroupBy(change => (change.Infohash, change.Step, change.Item)).ToDictionary(group => group.Key, group => group.ToList());
        return
        [
            .. history.Tasks.SelectMany(CheckEnd),
            .. history.Tasks.Where(task => task.State == "Completed").SelectMany(task => CheckResult(task, history)),
            .. CheckPictures(history),
            .. changes.SelectMany(item => CheckLeases(item.Key, item.Value)),
            .. CheckHolders(history),
            .. history.BusIsWhole ? changes.SelectMany(item => CheckAcceptance(item.Key, item.Value, history)) : [],
            .. CheckTimelines(history, changes.Keys),
            .. history.DeadLetters.Where(queue => queue.Value > 0).Select(queue => $"{queue.Value} messages lie in {queue.Key}."),
        ];
    }

    private static IEnumerable<string> CheckEnd(History.Task task)
    {
        if (task.State is not ("Completed" or "Playable" or "Failed"))
        {
            yield return $"{task.Infohash} did not end: it is {task.State}.";
        }

        if (task is { State: "Failed", FailureKind: null })
        {
            yield return $"{task.Infohash} failed without a cause.";
        }
    }

    /// <summary>What the last state of each item says is stored must be in the table; and something must be there.</summary>
    private static IEnumerable<string> CheckResult(History.Task task, History history)
    {
        var last = history.Changes.Where(change => change.Infohash == task.Infohash).GroupBy(change => change.Item).Select(group => group.Last()).ToList();
        foreach (var item in last.Where(item => item.State is not ("Done" or "Failed")))
        {
            yield return $"{task.Infohash} is completed and its item {item.Item} is {item.State}.";
        }

        foreach (var item in last.Where(item => item.State == "Done" && (item.PromisedBits is not { } promised || (promised & ~item.StoredBits) != 0)))
        {
            yield return $"Item {item.Item} of {task.Infohash} is done without all that it promised.";
        }

        foreach (var item in last.Where(item => item.FileIndex is not null))
        {
            var rows = history.Pictures.Where(picture => picture.Infohash == task.Infohash && picture.File == item.FileIndex).Aggregate(0L, (bits, row) => bits | (1L << row.Index));
            if (rows != item.StoredBits)
            {
                yield return $"Item {item.Item} of {task.Infohash} counts {BitOperations.PopCount((ulong)item.StoredBits)} pictures, and the table has {BitOperations.PopCount((ulong)rows)}.";
            }
        }

        if (!last.Exists(item => item.State == "Done"))
        {
            yield return $"{task.Infohash} is completed and brought nothing.";
        }
    }

    private static IEnumerable<string> CheckPictures(History history)
    {
        foreach (var twice in history.Pictures.CountBy(picture => (picture.Infohash, picture.File, picture.Index)).Where(place => place.Value > 1))
        {
            yield return $"Picture {twice.Key} is in the table {twice.Value} times.";
        }

        foreach (var missing in history.Pictures.Except(history.Files))
        {
            yield return $"{missing} is in the table and not, or not so, on the disk.";
        }

        foreach (var unknown in history.Files.Except(history.Pictures))
        {
            yield return $"{unknown} is on the disk and not, or not so, in the table.";
        }
    }

    private static IEnumerable<string> CheckLeases((string Infohash, string Step, int Item) key, List<History.ItemChange> changes)
    {
        foreach (var (before, after) in changes.Zip(changes.Skip(1)))
        {
            if (after.Lease != before.Lease && after.Lease != before.Lease + 1)
            {
                yield return $"{key.Step} item {key.Item} of {key.Infohash} went from lease {before.Lease} to {after.Lease}.";
            }

            if (after.Lease == before.Lease && before.Worker is not null && after.Worker is not null && after.Worker != before.Worker)
            {
                yield return $"Lease {after.Lease} of {key.Step} item {key.Item} of {key.Infohash} went from {before.Worker} to {after.Worker}.";
            }
        }
    }

    /// <summary>A report that was lost hides a violation here, but makes none.</summary>
    private static IEnumerable<string> CheckHolders(History history) =>
        from report in history.Reports
        where report.Kind == "StepStarted"
        group report.Worker by (report.Infohash, report.Step, report.Item, report.Lease) into lease
        let workers = lease.Distinct().ToList()
        where workers.Count > 1
        select $"Lease {lease.Key.Lease} of {lease.Key.Step} item {lease.Key.Item} of {lease.Key.Infohash} was begun by {string.Join(" and ", workers)}.";

    /// <summary>Whatever a row took over from a report must have been said under the row's lease.</summary>
    private static IEnumerable<string> CheckAcceptance((string Infohash, string Step, int Item) key, List<History.ItemChange> changes, History history)
    {
        var reports = history.Reports.Where(report => report.Infohash == key.Infohash && report.Step == key.Step && report.Item == key.Item).ToList();
        foreach (var change in changes.Where(change => change.Worker is not null).DistinctBy(change => (change.Worker, change.Lease)))
        {
            if (!reports.Exists(report => report.Kind == "StepStarted" && report.Worker == change.Worker && report.Lease == change.Lease))
            {
                yield return $"{change.Worker} holds lease {change.Lease} of item {key.Item} of {key.Infohash} and never began under it.";
            }
        }

        foreach (var change in changes.Where(change => change.State == "Storing").DistinctBy(change => change.Lease))
        {
            if (!reports.Exists(report => report.Kind == "StepCompleted" && report.Lease == change.Lease))
            {
                yield return $"Item {key.Item} of {key.Infohash} was taken for complete under lease {change.Lease}, and nobody said so under it.";
            }
        }
    }

    /// <summary>Of tasks with one item: a timeline does not say which item it speaks of.</summary>
    private static IEnumerable<string> CheckTimelines(History history, IEnumerable<(string Infohash, string Step, int Item)> items)
    {
        var single = items.CountBy(item => item.Infohash).Where(task => task.Value == 1).Select(task => task.Key).ToHashSet();
        foreach (var timeline in history.Timeline.Where(row => row.Lease is not null && single.Contains(row.Infohash)).GroupBy(row => row.Infohash))
        {
            foreach (var (before, after) in timeline.Zip(timeline.Skip(1)).Where(pair => pair.Second.Lease < pair.First.Lease))
            {
                yield return $"{timeline.Key} became {after.ToState} under lease {after.Lease} after a report under lease {before.Lease}.";
            }
        }
    }
}
