using System.Globalization;
using System.Security.Cryptography;
using Npgsql;

namespace EventTorrent.TestKit;

/// <summary>
/// A PostgreSQL cluster of the test's own: in a directory that goes away with it, on a loopback port of its own. What it
/// keeps survives its own kill, but not the machine's: it is written, and not synced, unless it is durable.
/// </summary>
public sealed class LocalPostgres : IAsyncDisposable
{
    private const string User = "eventtorrent";
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);
    private static readonly string? Programs = InstalledTool.FindDirectory("/usr/lib/postgresql", "", "bin", "initdb");

    private readonly TempDirectory _home = new();
    private readonly string _password = RandomNumberGenerator.GetHexString(16);
    private readonly int _port = FreePort.Next();
    private readonly bool _durable;
    private ToolProcess? _process;

    private LocalPostgres(bool durable) => _durable = durable;

    /// <summary>Why there can be none on this machine; null when there can.</summary>
    public static string? Missing => Programs is null ? "PostgreSQL is not installed (scripts/prepare.sh test)." : null;

    public int Pid => Process.Pid;

    private string Data => _home["data"];

    private ToolProcess Process => _process ?? throw new InvalidOperationException("It was not started.");

    /// <param name="durable">Every commit is synced to the disk, and memory is as PostgreSQL is installed: for measurements.</param>
    public static async Task<LocalPostgres> StartAsync(CancellationToken cancellationToken, bool durable = false)
    {
        var postgres = new LocalPostgres(durable);
        try
        {
            await postgres.InitializeAsync(cancellationToken);
            await postgres.StartAgainAsync(cancellationToken);
            return postgres;
        }
        catch
        {
            await postgres.DisposeAsync();
            throw;
        }
    }

    /// <summary>Makes an empty database.</summary>
    /// <returns>Its connection string.</returns>
    public async Task<string> CreateDatabaseAsync(CancellationToken cancellationToken)
    {
        var name = "test_" + RandomNumberGenerator.GetHexString(12, lowercase: true);
        await QueryAsync($"CREATE DATABASE {name}", cancellationToken);
        return ConnectionString(name);
    }

    /// <summary>Ends it in good order: open transactions are rolled back, connections closed.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => StopAsync(UnixSignal.Interrupt, cancellationToken);

    /// <summary>Ends it as a crash would: the next start recovers from the log (<c>pg_ctl stop -m immediate</c>).</summary>
    public Task StopImmediateAsync(CancellationToken cancellationToken) => StopAsync(UnixSignal.Quit, cancellationToken);

    /// <summary>Starts what was stopped, on the same port with the same data.</summary>
    public async Task StartAgainAsync(CancellationToken cancellationToken)
    {
        if (_process is not null)
        {
            throw new InvalidOperationException("It runs already.");
        }

        IEnumerable<string> thrift = _durable ? [] : ["-c", "shared_buffers=64MB", "-c", "fsync=off", "-c", "full_page_writes=off"];

        // Quit, not kill, when the test host dies: PostgreSQL then takes its shared memory away.
        _process = await ToolProcess.StartAsync(
            Path.Combine(Programs!, "postgres"),
            [
                "-D", Data, "-p", _port.ToString(CultureInfo.InvariantCulture), "-k", _home.FullPath,
                "-c", "listen_addresses=127.0.0.1", "-c", "max_connections=200", "-c", "dynamic_shared_memory_type=mmap", .. thrift,
            ],
            _home.FullPath,
            unprivileged: true,
            atHostDeath: "QUIT");
        await _process.WaitUntilAsync("PostgreSQL answers", AnswersAsync, Deadline, cancellationToken);

        // Another server may have taken the port in the meantime.
        var directory = await QueryAsync("SHOW data_directory", cancellationToken);
        if (directory != Data)
        {
            throw new InvalidOperationException($"Port {_port} is of another PostgreSQL, with its data in {directory}.");
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await StopImmediateAsync(CancellationToken.None);
        }

        await _home.DisposeAsync();
    }

    private async Task InitializeAsync(CancellationToken cancellationToken)
    {
        Unprivileged.Give(_home.FullPath);
        var passwordFile = _home["password"];
        await File.WriteAllTextAsync(passwordFile, _password, cancellationToken);
        Unprivileged.Give(passwordFile);
        await ToolProcess.RunAsync(
            Path.Combine(Programs ?? throw new InvalidOperationException(Missing), "initdb"),
            ["-D", Data, "-U", User, "-A", "scram-sha-256", "--pwfile=" + passwordFile, "--no-sync", "-E", "UTF8", "--locale=C.UTF-8"],
            Deadline,
            cancellationToken,
            _home.FullPath,
            unprivileged: true);
    }

    private async Task StopAsync(UnixSignal signal, CancellationToken cancellationToken)
    {
        await using var process = Process;
        _process = null;
        if (!process.HasExited)
        {
            process.Signal(signal);
            await process.WaitForExitAsync(Deadline, cancellationToken);
        }
    }

    private string ConnectionString(string database, bool pooling = true) => new NpgsqlConnectionStringBuilder
    {
        Host = "127.0.0.1",
        Port = _port,
        Username = User,
        Password = _password,
        Database = database,
        Pooling = pooling,
    }.ConnectionString;

    private async Task<bool> AnswersAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await QueryAsync("SELECT 'yes'", cancellationToken) == "yes";
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    private async Task<string?> QueryAsync(string sql, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(ConnectionString("postgres", pooling: false));
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(cancellationToken) as string;
    }
}
