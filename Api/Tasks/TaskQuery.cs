using System.Buffers.Text;
using System.Globalization;
using System.Linq.Expressions;
using System.Text.Json;
using EventTorrent.Contracts;
using EventTorrent.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace EventTorrent.Api.Tasks;

/// <summary>
/// A question for a list of tasks. Pages follow each other by key (the sorted value, then the infohash), so a page costs
/// the same wherever it is, and nothing is seen twice when rows come in between.
/// </summary>
internal sealed class TaskQuery
{
    public const int DefaultLimit = 50;

    private const int MaxTextLength = 200;

    /// <summary>Characters of a name that count for the order: as many as the index has.</summary>
    private const int SortedNameLength = 200;

    private const string NewestFirst = "-created_at";

    private TaskQuery()
    {
    }

    public int Limit { get; private init; }

    private List<string?> States { get; init; } = [];

    private Expression<Func<TorrentTask, bool>>? Status { get; init; }

    private string? Pattern { get; init; }

    private string Sort { get; init; } = NewestFirst;

    private (string Key, string Infohash)? After { get; init; }

    /// <returns>The question, or one sentence that says what is wrong with it.</returns>
    public static (TaskQuery? Query, string? Error) Parse(
        string? state, string? status, string? q, string? sort, string? cursor, string? limit, int maxLimit)
    {
        var states = (state ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(word => Enum.GetNames<TaskState>().FirstOrDefault(name => name.Equals(word, StringComparison.OrdinalIgnoreCase)))
            .ToList();
        if (states.Contains(null))
        {
            return (null, $"state is one or more of {string.Join(", ", Enum.GetNames<TaskState>())}.");
        }

        var statusFilter = string.IsNullOrEmpty(status) ? null : CompatStatus.Filter(status);
        if (statusFilter is null && !string.IsNullOrEmpty(status))
        {
            return (null, "status is one of pending, working, success, recoverable_failure, permanent_failure.");
        }

        if (q?.Length > MaxTextLength || q?.Any(char.IsControl) == true)
        {
            return (null, $"q has at most {MaxTextLength} characters, and no control characters.");
        }

        if (sort is not (null or "" or NewestFirst or "created_at" or "-updated_at" or "name"))
        {
            return (null, "sort is one of -created_at, created_at, -updated_at, name.");
        }

        var count = DefaultLimit;
        if (limit is not null && !(int.TryParse(limit, NumberStyles.None, CultureInfo.InvariantCulture, out count) && count >= 1 && count <= maxLimit))
        {
            return (null, $"limit is a whole number from 1 to {maxLimit}.");
        }

        sort = string.IsNullOrEmpty(sort) ? NewestFirst : sort;
        (string, string)? after = null;
        if (!string.IsNullOrEmpty(cursor) && (after = ReadCursor(cursor, sort)) is null)
        {
            return (null, "cursor is not one that an answer to the same question gave.");
        }

        return (
            new TaskQuery
            {
                Limit = count,
                States = states,
                Status = statusFilter,
                Pattern = string.IsNullOrWhiteSpace(q) ? null : q.Trim(),
                Sort = sort,
                After = after,
            },
            null);
    }

    public IQueryable<TorrentTask> Apply(IQueryable<TorrentTask> tasks)
    {
        if (States is [var state])
        {
            // An equation, and not a list of one: only then the index gives the rows in order.
            tasks = tasks.Where(task => task.CurrentState == state);
        }
        else if (States.Count > 0)
        {
            tasks = tasks.Where(task => States.Contains(task.CurrentState));
        }

        if (Status is not null)
        {
            tasks = tasks.Where(Status);
        }

        if (Pattern is not null)
        {
            var escaped = Pattern.ToLowerInvariant().Replace("\\", "\\\\", StringComparison.Ordinal)
                .Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal);
            var (within, start) = ($"%{escaped}%", $"{escaped}%");
#pragma warning disable CA1304, CA1311 // This is SQL's lower(), which knows no culture.
            tasks = tasks.Where(task => EF.Functions.Like(task.Name!.ToLower(), within, "\\") || EF.Functions.Like(task.Infohash, start, "\\"));
#pragma warning restore CA1304, CA1311
        }

        return Sort switch
        {
            "created_at" => OldestFirst(tasks),
            "-updated_at" => LastChangedFirst(tasks),
            "name" => ByName(tasks),
            _ => LastCreatedFirst(tasks),
        };
    }

    public string CursorBehind(TorrentTask task)
    {
        var key = Sort switch
        {
            "name" => Beginning(task.Name ?? ""),
            "-updated_at" => Ticks(task.UpdatedAt),
            _ => Ticks(task.CreatedAt),
        };
        return Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(new[] { Sort, key, task.Infohash }));
    }

    private IQueryable<TorrentTask> LastCreatedFirst(IQueryable<TorrentTask> tasks)
    {
        if (After is var (key, infohash))
        {
            var at = Instant(key);
            tasks = tasks.Where(task => task.CreatedAt <= at && (task.CreatedAt != at || string.Compare(task.Infohash, infohash) < 0));
        }

        return tasks.OrderByDescending(task => task.CreatedAt).ThenByDescending(task => task.Infohash);
    }

    private IQueryable<TorrentTask> OldestFirst(IQueryable<TorrentTask> tasks)
    {
        if (After is var (key, infohash))
        {
            var at = Instant(key);
            tasks = tasks.Where(task => task.CreatedAt >= at && (task.CreatedAt != at || string.Compare(task.Infohash, infohash) > 0));
        }

        return tasks.OrderBy(task => task.CreatedAt).ThenBy(task => task.Infohash);
    }

    private IQueryable<TorrentTask> LastChangedFirst(IQueryable<TorrentTask> tasks)
    {
        if (After is var (key, infohash))
        {
            var at = Instant(key);
            tasks = tasks.Where(task => task.UpdatedAt <= at && (task.UpdatedAt != at || string.Compare(task.Infohash, infohash) < 0));
        }

        return tasks.OrderByDescending(task => task.UpdatedAt).ThenByDescending(task => task.Infohash);
    }

    private IQueryable<TorrentTask> ByName(IQueryable<TorrentTask> tasks)
    {
        if (After is var (name, infohash))
        {
            tasks = tasks.Where(task => string.Compare((task.Name ?? "").Substring(0, SortedNameLength), name) >= 0
                && ((task.Name ?? "").Substring(0, SortedNameLength) != name || string.Compare(task.Infohash, infohash) > 0));
        }

        return tasks.OrderBy(task => (task.Name ?? "").Substring(0, SortedNameLength)).ThenBy(task => task.Infohash);
    }

    private static (string, string)? ReadCursor(string cursor, string sort)
    {
        if (cursor.Length > 8192 || !Base64Url.IsValid(cursor))
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize<string[]>(Base64Url.DecodeFromChars(cursor)) is [var sorted, { } key, { } infohash]
                && sorted == sort
                && Infohash.TryParse(infohash, out _)
                && (sort == "name" || long.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out var ticks) && ticks <= DateTimeOffset.MaxValue.UtcTicks)
                    ? (key, infohash)
                    : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>As the database counts characters: a pair of surrogates is one.</summary>
    private static string Beginning(string name) => string.Concat(name.EnumerateRunes().Take(SortedNameLength));

    private static string Ticks(DateTimeOffset at) => at.UtcTicks.ToString(CultureInfo.InvariantCulture);

    private static DateTimeOffset Instant(string ticks) => new(long.Parse(ticks, CultureInfo.InvariantCulture), TimeSpan.Zero);
}
