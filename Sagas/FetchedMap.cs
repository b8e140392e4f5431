using EventTorrent.Contracts;
using EventTorrent.Storage.Model;

namespace EventTorrent.Sagas;

/// <summary>What was fetched of the file, or of the files, of an item.</summary>
internal static class FetchedMap
{
    /// <summary>
    /// A worker has in memory what it fetched itself: of a file that several looked at, each part counts as the one who had most of it says.
    /// What a download has lies on its volume, and may turn out to be damaged there.
    /// </summary>
    public static void Keep(WorkItem item, byte[]? map)
    {
        if (map is not { Length: > 0 and <= Limits.MapParts })
        {
            return;
        }

        if (item.Step == Step.Screenshots && item.FetchedMap is { } before && before.Length == map.Length)
        {
            map = [.. map.Zip(before, Math.Max)];
        }

        // Rows that say the same are not written.
        item.FetchedMap = item.FetchedMap.AsSpan().SequenceEqual(map) ? item.FetchedMap : map;
    }
}
