using EventTorrent.Contracts;
using EventTorrent.Storage.Model;
using EventTorrent.TestKit;
using Microsoft.EntityFrameworkCore;

namespace EventTorrent.Storage.Tests;

public abstract class Upgrades(StorageProvider provider)
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly Guid TaskId = new("0f0e0d0c-0b0a-0908-0706-050403020100");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Keep_the_rows_of_version_1_however_many_processes_start_together()
    {
        await using var databases = await Databases.StartAsync(provider);
        await FillAsync(await databases.VersionOneAsync());

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => databases.MigratedAsync(), Cancellation)));

        Assert.Equal(11, await VersionAsync(databases.Open()));
        await AssertFilledAsync(databases);
    }

    private static Task<int> VersionAsync(TorrentDb db) =>
        db.Database.SqlQueryRaw<int>("SELECT max(version) AS \"Value\" FROM schema_version").SingleAsync(Cancellation);

    /// <summary>Every table, by the SQL of that time: today's model would name columns that were not there.</summary>
    private static async Task FillAsync(TorrentDb db)
    {
        var (id, noon, bytes) = db.IsPostgres
            ? ($"'{TaskId}'", "'2026-01-01T12:00:00Z'", "'\\x010203'")
            : ($"'{TaskId.ToString().ToUpperInvariant()}'", $"{Noon.ToUnixTimeMilliseconds()}", "x'010203'");
        var rows =
            $"""
            INSERT INTO tasks (id, infohash, state, version, wants, shots, files_asked, verification, priority, trackers, peers, attention_since,
                restart_asked, name, size_bytes, is_private, has_metadata, bytes_fetched, created_at, updated_at)
            VALUES ({id}, '{new string('a', 40)}', 'Screenshotting', 7, 1, 10, '[1,2]', 'TwoPeers', 5, '["http://t.example/"]', '[]', {noon},
                true, 'A film', 5000, false, true, 2100, {noon}, {noon});
            INSERT INTO metadata (task_id, info) VALUES ({id}, {bytes});
            INSERT INTO files (task_id, "index", path, length_bytes, selected) VALUES ({id}, 1, 'a.mp4', 4900, true);
            INSERT INTO work_items (task_id, step, "index", state, due_at, priority, created_at, lease, failed_attempts, file_index, shots, plan_lease,
                stored_bits, resume_data, bytes_fetched, bytes_fetched_earlier, down_bytes_per_second, peers, bytes_needed, rounds)
            VALUES ({id}, 'Screenshots', 0, 'Waiting', {noon}, 5, {noon}, 3, 1, 1, 10, 1, 5, {bytes}, 100, 2000, 0, 0, 900, 2);
            INSERT INTO screenshots (task_id, file_index, "index", wanted_at, taken_at, width, height, verified, length_bytes, stored_at)
            VALUES ({id}, 1, 0, 1000, 900, 640, 360, true, 1234, {noon});
            INSERT INTO timeline (task_id, at, to_state, cause) VALUES ({id}, {noon}, 'Pending', 'Submitted');
            INSERT INTO workers (worker, host, kind, slots, busy, version, started_at, seen_at)
            VALUES ('w1', 'h', 'Screenshots', 4, 1, '0.1.0', {noon}, {noon})
            """;
        await db.Database.ExecuteSqlRawAsync(rows, Cancellation);
    }

    private static async Task AssertFilledAsync(Databases databases)
    {
        var db = databases.Open();
        var task = await db.Tasks.AsSplitQuery().Include(task => task.Items).Include(task => task.Files).Include(task => task.Screenshots)
            .Include(task => task.Timeline).SingleAsync(task => task.CorrelationId == TaskId, Cancellation);
        Assert.Equal(("Screenshotting", 7, 5, Verification.TwoPeers, "A film"), (task.CurrentState, task.Version, task.Priority, task.Verification, task.Name));
        Assert.Equal((Noon, true, false, 0), (task.AttentionSince, task.RestartAsked, task.PauseAsked, task.LeaseFloor));
        Assert.Equal([1, 2], task.FilesAsked);
        Assert.Equal("a.mp4", Assert.Single(task.Files).Path);
        Assert.Equal(TimeSpan.FromMilliseconds(900), Assert.Single(task.Screenshots).TakenAt);
        Assert.Equal("Submitted", Assert.Single(task.Timeline).Cause);
        Assert.Equal([1, 2, 3], (await db.Set<TaskMetadata>().SingleAsync(Cancellation)).Info);
        var worker = await db.Workers.SingleAsync(Cancellation);
        Assert.Equal((4, Noon, 0, null), (worker.Slots, worker.SeenAt, worker.Beat, worker.StoppedAt));

        // And the program of today works on with them.
        var issued = await databases.Queue(databases.Open()).IssueAsync(Step.Screenshots, "", 4, 4, Noon, Noon.AddSeconds(15), Cancellation);
        Assert.Equal((4, 5L), (Assert.Single(issued).Item.Lease, issued[0].Item.StoredBits));
        Assert.Equal([1, 2, 3], issued[0].Item.ResumeData);
    }

    public sealed class Sqlite() : Upgrades(StorageProvider.Sqlite)
    {
        [Fact]
        public async Task Leave_the_version_before_when_they_are_killed_in_the_middle()
        {
            await using var databases = await Databases.StartAsync(StorageProvider.Sqlite);
            var db = await databases.VersionOneAsync();
            await FillAsync(db);
            // Nothing may stay in memory only: what is not committed goes to the disk too.
            await db.Database.OpenConnectionAsync(Cancellation);
            await db.Database.ExecuteSqlRawAsync("PRAGMA journal_mode = WAL; PRAGMA cache_size = 1; PRAGMA cache_spill = 1", Cancellation);
            await using var transaction = await db.Database.BeginTransactionAsync(Cancellation);
            await db.Database.ExecuteSqlRawAsync(await databases.ScriptAsync(2), Cancellation);
            await db.Database.ExecuteSqlRawAsync("INSERT INTO schema_version (version) VALUES (2)", Cancellation);

            var remains = databases.Remains();

            Assert.Equal((2, 1), (await VersionAsync(db), await VersionAsync(remains)));
            await Databases.MigrateAsync(remains);
            Assert.Equal(11, await VersionAsync(remains));
            Assert.Equal((1, false), (await remains.Tasks.CountAsync(Cancellation), (await remains.Tasks.SingleAsync(Cancellation)).PauseAsked));
        }
    }

    public sealed class Postgres() : Upgrades(StorageProvider.Postgres)
    {
        [Fact]
        public async Task Leave_the_version_before_when_they_are_killed_in_the_middle()
        {
            await using var databases = await Databases.StartAsync(StorageProvider.Postgres);
            await FillAsync(await databases.VersionOneAsync());
            var reader = databases.Open();
            await using var reading = await reader.Database.BeginTransactionAsync(Cancellation);
            await reader.Database.ExecuteSqlRawAsync("LOCK TABLE workers IN ACCESS SHARE MODE", Cancellation);

            // The columns of the tasks are added by now, and those of the workers wait for the reader.
            var migrating = Task.Run(() => databases.MigratedAsync(), Cancellation);
            var killer = databases.Open();
            await Poll.UntilAsync(
                "the migration is in the middle",
                async _ => await killer.Database.SqlQueryRaw<bool>(
                    """
                    SELECT pg_terminate_backend(pid) AS "Value" FROM pg_stat_activity
                    WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%ALTER TABLE workers%'
                    """).AnyAsync(Cancellation),
                TimeSpan.FromSeconds(20), Cancellation);
            await Assert.ThrowsAnyAsync<Exception>(() => migrating);
            await reading.RollbackAsync(Cancellation);

            Assert.Equal(1, await VersionAsync(killer));
            Assert.Empty(await killer.Database.SqlQueryRaw<string>(
                "SELECT column_name AS \"Value\" FROM information_schema.columns WHERE column_name = 'pause_asked'").ToListAsync(Cancellation));
            await databases.MigratedAsync();
            await AssertFilledAsync(databases);
        }
    }
}
