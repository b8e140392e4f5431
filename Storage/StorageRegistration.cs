using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace EventTorrent.Storage;

public static class StorageRegistration
{
    /// <summary>Adds <see cref="TorrentDb"/> (scoped, and by its factory) on the configured provider, and what works on it.</summary>
    public static IServiceCollection AddTorrentStorage(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<StorageOptions>()
            .Bind(configuration.GetSection(StorageOptions.Section))
            .ValidateDataAnnotations()
            .Validate(
                options => options.Provider != StorageProvider.Postgres || !string.IsNullOrWhiteSpace(options.ConnectionString),
                "Storage:ConnectionString is needed when Storage:Provider is Postgres.")
            .Validate(
                options => options.Provider != StorageProvider.Postgres || IsConnectionString(options.ConnectionString),
                "Storage:ConnectionString is not one of PostgreSQL (Host=...;Database=...;Username=...).")
            .ValidateOnStart();
        services.AddPooledDbContextFactory<TorrentDb>((provider, db) => Configure(db, provider.GetRequiredService<IOptions<StorageOptions>>().Value));
        services.AddScoped(provider => provider.GetRequiredService<IDbContextFactory<TorrentDb>>().CreateDbContext());
        // The tag is that of /health/ready.
        services.AddHealthChecks().AddCheck<DatabaseHealth>("database", tags: ["ready"]);
        services.AddScoped<SchemaMigrator>();
        services.AddScoped<WorkQueue>();
        services.AddScoped<WorkerRegister>();
        services.AddScoped<StreamRetention>();
        services.AddScoped<AccessStore>();
        services.AddScoped<WebhookQueue>();
        services.AddSingleton<WriteGate>();
        services.AddDatabaseTime(configuration);
        return services;
    }

    /// <summary>Brings the schema up to date; before the host starts anything that uses it.</summary>
    public static async Task MigrateStorageAsync(this IHost host, CancellationToken cancellationToken = default)
    {
        await using var scope = host.Services.CreateAsyncScope();
        await MigrateAsync(scope.ServiceProvider, cancellationToken);
    }

    /// <summary>The same, once, for a host that tries it again until the database is there.</summary>
    public static Task MigrateAsync(IServiceProvider scope, CancellationToken cancellationToken) =>
        scope.GetRequiredService<SchemaMigrator>().MigrateAsync(cancellationToken);

    /// <summary>With PostgreSQL there are several processes: they all go by its clock.</summary>
    private static void AddDatabaseTime(this IServiceCollection services, IConfiguration configuration)
    {
        var provider = configuration.GetSection(StorageOptions.Section).GetValue(nameof(StorageOptions.Provider), StorageProvider.Sqlite);
        if (provider == StorageProvider.Postgres && !services.Any(service => service.ServiceType == typeof(TimeProvider)))
        {
            services.AddSingleton(new DatabaseTime(TimeProvider.System));
            services.AddSingleton<TimeProvider>(services => services.GetRequiredService<DatabaseTime>());
            services.AddHostedService<DatabaseTimeKeeper>();
        }
    }

    private static void Configure(DbContextOptionsBuilder db, StorageOptions options)
    {
        // Every statement is no news; style is one line per stage and task. One that failed throws: who catches it logs it.
        db.ConfigureWarnings(warnings => warnings.Log(
            (RelationalEventId.CommandExecuted, LogLevel.Debug), (RelationalEventId.CommandError, LogLevel.Debug)));
        if (options.Provider == StorageProvider.Postgres)
        {
            db.UseNpgsql(WithLimits(options.ConnectionString!));
            return;
        }

        Directory.CreateDirectory(options.DataDirectory);
        var file = new SqliteConnectionStringBuilder
        {
            DataSource = Path.Combine(options.DataDirectory, "eventtorrent.db"),
            ForeignKeys = true,
            // Writers queue for the one write lock instead of failing with SQLITE_BUSY.
            DefaultTimeout = 30,
        };
        db.UseSqlite(file.ToString());
        db.AddInterceptors(SqlitePragmas.Instance);
    }

    /// <summary>
    /// A PostgreSQL as it is installed takes 100 connections, which is as many as one process would open by itself: the
    /// second process would get none. A request waits for a connection instead; and no longer than a person does for one
    /// to a server that does not answer. Statements that come again are prepared by themselves; behind a pooler that can't
    /// keep them, say <c>Max Auto Prepare=0</c>. Nothing of ours outlives its transaction in a session (locks and settings
    /// are the transaction's own), so that a connection is not reset between two uses.
    /// </summary>
    private static string WithLimits(string connectionString)
    {
        const int PoolSize = 20;
        const int ConnectSeconds = 4;
        const int PreparedStatements = 100;
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        if (!settings.ShouldSerialize("Maximum Pool Size"))
        {
            settings.MaxPoolSize = PoolSize;
        }

        if (!settings.ShouldSerialize("Timeout"))
        {
            settings.Timeout = ConnectSeconds;
        }

        if (!settings.ShouldSerialize("Max Auto Prepare"))
        {
            settings.MaxAutoPrepare = PreparedStatements;
        }

        if (!settings.ShouldSerialize("No Reset On Close"))
        {
            settings.NoResetOnClose = true;
        }

        return settings.ConnectionString;
    }

    private static bool IsConnectionString(string? text)
    {
        try
        {
            return new NpgsqlConnectionStringBuilder(text).Host is { Length: > 0 };
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
