using System.Text.Json;
using EventTorrent.Contracts;
using EventTorrent.Storage.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace EventTorrent.Storage;

/// <summary>
/// The tables, on PostgreSQL or SQLite. Names are snake_case. Instants are timestamptz on PostgreSQL and milliseconds
/// since 1970 on SQLite, which can't order its own text form of them.
/// </summary>
public sealed class TorrentDb(DbContextOptions<TorrentDb> options) : DbContext(options)
{
    private bool? _isPostgres;

    public DbSet<TorrentTask> Tasks => Set<TorrentTask>();

    public DbSet<WorkItem> WorkItems => Set<WorkItem>();

    public DbSet<TaskFile> Files => Set<TaskFile>();

    public DbSet<StoredScreenshot> Screenshots => Set<StoredScreenshot>();

    public DbSet<TimelineEntry> Timeline => Set<TimelineEntry>();

    public DbSet<WorkerRecord> Workers => Set<WorkerRecord>();

    public DbSet<WebhookDelivery> WebhookDeliveries => Set<WebhookDelivery>();

    public DbSet<DeletedTask> DeletedTasks => Set<DeletedTask>();

    public DbSet<KeptData> KeptData => Set<KeptData>();

    public DbSet<AccessKey> AccessKeys => Set<AccessKey>();

    public DbSet<AccessSession> AccessSessions => Set<AccessSession>();

    public bool IsPostgres => _isPostgres ??= Database.ProviderName == "Npgsql.EntityFrameworkCore.PostgreSQL";

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        if (!IsPostgres)
        {
            configurationBuilder.Properties<DateTimeOffset>().HaveConversion<InstantAsMilliseconds>();
        }

        configurationBuilder.Properties<TimeSpan>().HaveConversion<DurationAsMilliseconds>();
        configurationBuilder.Properties<IReadOnlyList<int>>().HaveConversion<ListAsJson<int>, ListComparer<int>>();
        configurationBuilder.Properties<IReadOnlyList<string>>().HaveConversion<ListAsJson<string>, ListComparer<string>>();
        configurationBuilder.Properties<IReadOnlyList<SwarmPeer>>().HaveConversion<ListAsJson<SwarmPeer>, ListComparer<SwarmPeer>>();
        configurationBuilder.Properties<IReadOnlyList<SwarmTracker>>().HaveConversion<ListAsJson<SwarmTracker>, ListComparer<SwarmTracker>>();
        configurationBuilder.Properties<IReadOnlyList<MediaStream>>().HaveConversion<ListAsJson<MediaStream>, ListComparer<MediaStream>>();
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<TorrentTask>(task =>
        {
            task.ToTable("tasks");
            task.HasKey(t => t.CorrelationId);
            task.Property(t => t.CorrelationId).HasColumnName("id").ValueGeneratedNever();
            task.Property(t => t.CurrentState).HasColumnName("state").HasMaxLength(32);
            task.Property(t => t.Infohash).HasMaxLength(64);
            task.Property(t => t.Verification).HasConversion<string>().HasMaxLength(16);
            task.Property(t => t.FailureKind).HasConversion<string>().HasMaxLength(32);
            // Defaults of the database are for processes of the version before, which go on while this one starts.
            task.Property(t => t.PauseAsked).HasDefaultValue(false).ValueGeneratedNever();
            task.Property(t => t.LeaseFloor).HasDefaultValue(0).ValueGeneratedNever();
            task.Property(t => t.Webhooks).HasDefaultValueSql("'[]'").ValueGeneratedNever();
            task.HasIndex(t => t.Infohash).IsUnique();
            task.HasIndex(t => new { t.CurrentState, t.CreatedAt, t.Infohash });
            task.HasIndex(t => new { t.CreatedAt, t.Infohash });
            task.HasIndex(t => new { t.UpdatedAt, t.Infohash });
            task.HasIndex(t => t.EndedAt).HasFilter("state = 'Playable'").HasDatabaseName("IX_tasks_playable");
            task.HasIndex(t => t.AttentionSince).HasFilter("attention_since IS NOT NULL");
            task.HasMany(t => t.Items).WithOne().HasForeignKey(i => i.TaskId).OnDelete(DeleteBehavior.Cascade);
            task.HasMany(t => t.Files).WithOne().HasForeignKey(f => f.TaskId).OnDelete(DeleteBehavior.Cascade);
            task.HasMany(t => t.Screenshots).WithOne().HasForeignKey(s => s.TaskId).OnDelete(DeleteBehavior.Cascade);
            task.HasMany(t => t.Timeline).WithOne().HasForeignKey(e => e.TaskId).OnDelete(DeleteBehavior.Cascade);
        });
        modelBuilder.Entity<TaskMetadata>(metadata =>
        {
            metadata.ToTable("metadata");
            metadata.HasKey(m => m.TaskId);
            metadata.Property(m => m.TaskId).ValueGeneratedNever();
            metadata.HasOne<TorrentTask>().WithOne().HasForeignKey<TaskMetadata>(m => m.TaskId).OnDelete(DeleteBehavior.Cascade);
        });
        modelBuilder.Entity<WorkItem>(item =>
        {
            item.ToTable("work_items");
            item.HasKey(i => new { i.TaskId, i.Step, i.Index });
            item.Property(i => i.Step).HasConversion<string>().HasMaxLength(16);
            item.Property(i => i.State).HasConversion<string>().HasMaxLength(16);
            item.Property(i => i.FailureKind).HasConversion<string>().HasMaxLength(32);
            // Defaults of the database are for processes of the version before, which go on while this one starts.
            item.Property(i => i.BoundVolume).HasMaxLength(32).HasDefaultValue("").ValueGeneratedNever();
            item.Property(i => i.UpBytesPerSecond).HasDefaultValue(0L).ValueGeneratedNever();
            item.Property(i => i.Seeds).HasDefaultValue(0).ValueGeneratedNever();
            item.Property(i => i.WastedBytes).HasDefaultValue(0L).ValueGeneratedNever();
            item.HasIndex(i => new { i.State, i.DueAt })
                .HasFilter("state IN ('Queued', 'Running', 'Storing')").HasDatabaseName("IX_work_items_under_way");
            item.HasIndex(i => new { i.Step, i.BoundVolume, i.Priority, i.CreatedAt, i.DueAt }).IsDescending(false, false, true, false, false)
                .HasFilter("state = 'Waiting'").HasDatabaseName("IX_work_items_waiting");
        });
        modelBuilder.Entity<TaskFile>(file =>
        {
            file.ToTable("files");
            file.HasKey(f => new { f.TaskId, f.Index });
        });
        modelBuilder.Entity<StoredScreenshot>(shot =>
        {
            shot.ToTable("screenshots");
            shot.HasKey(s => new { s.TaskId, s.FileIndex, s.Index });
        });
        modelBuilder.Entity<TimelineEntry>(entry =>
        {
            entry.ToTable("timeline");
            entry.HasKey(e => e.Id);
            entry.HasIndex(e => e.TaskId);
        });
        modelBuilder.Entity<WorkerRecord>(worker =>
        {
            worker.ToTable("workers");
            worker.HasKey(w => w.Worker);
            worker.Property(w => w.Beat).HasDefaultValue(0L).ValueGeneratedNever();
            worker.Property(w => w.DrainAsked).HasDefaultValue(false).ValueGeneratedNever();
            worker.Property(w => w.Draining).HasDefaultValue(false).ValueGeneratedNever();
        });
        modelBuilder.Entity<WebhookDelivery>(delivery =>
        {
            delivery.ToTable("webhook_deliveries");
            delivery.HasKey(d => d.Id);
            delivery.Property(d => d.Id).ValueGeneratedNever();
            delivery.Property(d => d.Event).HasMaxLength(32);
            delivery.HasIndex(d => d.DueAt).HasFilter("due_at IS NOT NULL").HasDatabaseName("IX_webhook_deliveries_due");
            delivery.HasOne<TorrentTask>().WithMany().HasForeignKey(d => d.TaskId).OnDelete(DeleteBehavior.Cascade);
        });
        modelBuilder.Entity<DeletedTask>(deleted =>
        {
            deleted.ToTable("deleted_tasks");
            deleted.HasKey(d => d.TaskId);
            deleted.Property(d => d.TaskId).ValueGeneratedNever();
        });
        modelBuilder.Entity<KeptData>(kept =>
        {
            kept.ToTable("kept_data");
            kept.HasKey(k => k.TaskId);
            kept.Property(k => k.TaskId).ValueGeneratedNever();
            kept.Property(k => k.Infohash).HasMaxLength(64);
            kept.Property(k => k.Volume).HasMaxLength(32);
            kept.HasIndex(k => k.Since);
        });
        modelBuilder.Entity<AccessKey>(key =>
        {
            key.ToTable("access_keys");
            key.HasKey(k => k.Id);
            key.Property(k => k.Id).HasMaxLength(12);
            key.Property(k => k.Name).HasMaxLength(AccessStore.MaxNameLength);
            key.Property(k => k.Role).HasConversion<string>().HasMaxLength(16);
        });
        modelBuilder.Entity<AccessSession>(session =>
        {
            session.ToTable("access_sessions");
            session.HasKey(s => s.Id);
            session.Property(s => s.Id).HasMaxLength(12);
            session.Property(s => s.KeyId).HasMaxLength(12);
            session.HasIndex(s => s.KeyId);
        });

        foreach (var property in modelBuilder.Model.GetEntityTypes().SelectMany(type => type.GetProperties()))
        {
            if (property.GetColumnName() == property.Name)
            {
                property.SetColumnName(JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name));
            }
        }
    }

    private sealed class InstantAsMilliseconds() : ValueConverter<DateTimeOffset, long>(
        instant => instant.ToUnixTimeMilliseconds(), value => DateTimeOffset.FromUnixTimeMilliseconds(value));

    private sealed class DurationAsMilliseconds() : ValueConverter<TimeSpan, long>(
        duration => (long)duration.TotalMilliseconds, value => TimeSpan.FromMilliseconds(value));

    private sealed class ListAsJson<T>() : ValueConverter<IReadOnlyList<T>, string>(
        list => JsonSerializer.Serialize(list, JsonSerializerOptions.Default),
        text => JsonSerializer.Deserialize<List<T>>(text, JsonSerializerOptions.Default) ?? new List<T>());

    private sealed class ListComparer<T>() : ValueComparer<IReadOnlyList<T>>(
        (one, other) => one == other || (one != null && other != null && one.SequenceEqual(other)),
        list => list.Aggregate(list.Count, (hash, item) => HashCode.Combine(hash, item)),
        list => list.ToList());
}
