using System.Globalization;
using EventTorrent.Contracts;
using EventTorrent.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace EventTorrent.Storage.Tests;

/// <summary>What is read without EF Core's queries is what they would have read.</summary>
public abstract class Loading_tasks(StorageProvider provider)
{
    public sealed class Sqlite() : Loading_tasks(StorageProvider.Sqlite);

    public sealed class Postgres() : Loading_tasks(StorageProvider.Postgres);

    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_task_and_its_items_are_loaded_with_all_that_their_rows_hold()
    {
        await using var databases = await Databases.StartAsync(provider);
        var full = await AddAsync(await databases.MigratedAsync(), Fill);
        var bare = await AddAsync(databases.Open(), _ => { });
        var db = databases.Open();

        await using var transaction = await db.Database.BeginTransactionAsync(Cancellation);
        var loaded = await db.LoadFreeForUpdateAsync([full, bare, Guid.NewGuid()], Cancellation);
        await transaction.CommitAsync(Cancellation);

        Assert.Equal(2, loaded.Count);
        Assert.Equal(await ValuesAsync(databases, full), Values(db, loaded[full]));
        Assert.Equal(await ValuesAsync(databases, bare), Values(db, loaded[bare]));
        Assert.All(db.ChangeTracker.Entries(), entry => Assert.Equal(EntityState.Unchanged, entry.State));
    }

    [Fact]
    public async Task What_changes_in_a_loaded_task_is_saved()
    {
        await using var databases = await Databases.StartAsync(provider);
        var id = await AddAsync(await databases.MigratedAsync(), _ => { });
        var db = databases.Open();

        await using (var transaction = await db.Database.BeginTransactionAsync(Cancellation))
        {
            var task = (await db.LoadFreeForUpdateAsync([id], Cancellation))[id];
            task.Name = "A film";
            task.Items[0].Peers = 7;
            await db.SaveChangesAsync(Cancellation);
            await transaction.CommitAsync(Cancellation);
        }

        var saved = await databases.Open().Tasks.Include(task => task.Items).SingleAsync(Cancellation);
        Assert.Equal(("A film", 7), (saved.Name, Assert.Single(saved.Items).Peers));
    }

    [Fact]
    public async Task What_is_issued_has_all_that_its_rows_hold()
    {
        await using var databases = await Databases.StartAsync(provider);
        var id = await AddAsync(await databases.MigratedAsync(), Fill);
        await databases.Open().KeepAsync([new TaskMetadata { TaskId = id, Info = [1, 2, 3] }], Cancellation);

        var volume = (await databases.Open().WorkItems.SingleAsync(Cancellation)).BoundVolume;
        var issued = Assert.Single(await databases.Queue(databases.Open()).IssueAsync(
            Step.Screenshots, volume, 4, 4, Noon.AddYears(1), Noon.AddYears(2), Cancellation));

        var db = databases.Open();
        issued.Task.Items.Add(issued.Item);
        Assert.Equal(await ValuesAsync(databases, id), Values(db, issued.Task));
        Assert.Equal([1, 2, 3], issued.Info);
    }

    [Fact]
    public async Task Metadata_that_is_kept_already_stays()
    {
        await using var databases = await Databases.StartAsync(provider);
        var id = await AddAsync(await databases.MigratedAsync(), _ => { });
        var other = await AddAsync(databases.Open(), _ => { });
        await databases.Open().KeepAsync([new TaskMetadata { TaskId = id, Info = [1] }], Cancellation);

        await databases.Open().KeepAsync([new TaskMetadata { TaskId = id, Info = [2] }, new TaskMetadata { TaskId = other, Info = [3] }], Cancellation);

        var kept = await databases.Open().Set<TaskMetadata>().ToDictionaryAsync(metadata => metadata.TaskId, metadata => metadata.Info[0], Cancellation);
        Assert.Equal((2, 1, 3), (kept.Count, kept[id], kept[other]));
    }

    private static async Task<Guid> AddAsync(TorrentDb db, Action<TorrentTask> change)
    {
        var infohash = Infohash.Parse(Convert.ToHexString(Guid.NewGuid().ToByteArray()) + "01234567");
        var task = new TorrentTask
        {
            CorrelationId = infohash.ToTaskId(),
            Infohash = infohash.ToString(),
            CreatedAt = Noon,
            UpdatedAt = Noon,
            Items = { new WorkItem { TaskId = infohash.ToTaskId(), Step = Step.Screenshots, CreatedAt = Noon, DueAt = Noon } },
        };
        change(task);
        db.Tasks.Add(task);
        await db.SaveChangesAsync(Cancellation);
        return task.CorrelationId;
    }

    /// <summary>Gives each member that may have any value one that no new entity has.</summary>
    private static void Fill(TorrentTask task)
    {
        Fill(task, nameof(TorrentTask.CorrelationId), nameof(TorrentTask.Infohash));
        Fill(task.Items[0], nameof(WorkItem.TaskId), nameof(WorkItem.Step), nameof(WorkItem.State), nameof(WorkItem.DueAt));
    }

    private static void Fill(object entity, params IReadOnlyList<string> keep)
    {
        var number = 1;
        foreach (var property in entity.GetType().GetProperties().Where(property => property.CanWrite && !keep.Contains(property.Name)))
        {
            number++;
            var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
            property.SetValue(entity, type switch
            {
                _ when type == typeof(string) => number.ToString(CultureInfo.InvariantCulture),
                _ when type == typeof(bool) => true,
                _ when type == typeof(DateTimeOffset) => Noon.AddMinutes(number),
                _ when type == typeof(TimeSpan) => TimeSpan.FromSeconds(number),
                _ when type == typeof(byte[]) => new byte[] { 1, (byte)number },
                _ when type == typeof(IReadOnlyList<int>) => new List<int> { number, 2 },
                _ when type == typeof(IReadOnlyList<string>) => new List<string> { "a", "b" },
                _ when type == typeof(IReadOnlyList<MediaStream>) => new List<MediaStream> { new("video", "h264", 1, 2, 3.5, 8, null, null, null, null, "en") },
                _ when type == typeof(IReadOnlyList<SwarmPeer>) => new List<SwarmPeer> { new("a client", 0.5, 1, 2, "seed") },
                _ when type == typeof(IReadOnlyList<SwarmTracker>) => new List<SwarmTracker> { new("http://a.example", "working", 1, null, "a message") },
                _ when type.IsEnum => Enum.GetValues(type).GetValue(Enum.GetValues(type).Length - 1),
                _ => Convert.ChangeType(number, type, CultureInfo.InvariantCulture),
            });
        }
    }

    private static async Task<List<string>> ValuesAsync(Databases databases, Guid id)
    {
        var db = databases.Open();
        return Values(db, await db.Tasks.Include(task => task.Items).SingleAsync(task => task.CorrelationId == id, Cancellation));
    }

    private static List<string> Values(TorrentDb db, TorrentTask task) => [.. Values(db, task as object), .. task.Items.SelectMany(item => Values(db, item))];

    private static IEnumerable<string> Values(TorrentDb db, object entity) =>
        db.Model.FindEntityType(entity.GetType())!.GetProperties().Select(property => $"{property.Name} {Text(property.PropertyInfo!.GetValue(entity))}");

    private static string Text(object? value) => value switch
    {
        byte[] bytes => Convert.ToHexString(bytes),
        IEnumerable<int> numbers => string.Join(',', numbers),
        IEnumerable<object> values => string.Join(',', values),
        DateTimeOffset instant => instant.ToString("O", CultureInfo.InvariantCulture),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };
}
