using System.Globalization;
using System.Security.Cryptography;
using Npgsql;

namespace EventTorrent.TestKit;

/// <summary>
/// A PostgreSQL cluster of the test's own: in a directory that goes away with it unless one was given, on a loopback port
/// of its own. What it keeps in a directory of its own survives its own kill, but not the machine's: it is not synced.
/// </summary>
public sealed class LocalPostgres : IAsyncDisposable
{
    /// <summary>
    /// Every test has a database of its own, and with it a pool whose connections stay behind: they are to go soon, and many may be there meanwhile.
    /// </summary>
    private const int MostConnections = 1000;
    private const int IdleSeconds = 10;

    private const string User = "eventtorrent";
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);
    private static readonly string? Programs = InstalledTool.FindDirectory("/usr/lib/postgresql", "", "bin", "initdb");

    private readonly ServerHome _home;
    private readonly string _password;
    private ToolProcess? _process;

    private LocalPostgres(string? directory)
    {
        _home = new ServerHome(directory);
        _password = _home.Secret("password");
    }

    /// <summary>Why there can be none on this machine; null when there can.</summary>
    public static string? Missing => Programs is null ? "PostgreSQL is not installed (scripts/prepare.sh test)." : null;

    public int Pid => Process.Pid;

    public int Port { get; } = FreePort.Next();

    /// <summary>It was neither stopped nor killed by us, and runs no more.</summary>
    public bool HasCrashed => _process is { HasExited: true };

    private string Data => _home["data"];

    private ToolProcess Process => _process ?? throw new InvalidOperationException("It was not started.");

    /// <param name="directory">Keeps its data there for the next time; null for a directory that goes away with it.</param>
    public static async Task<LocalPostgres> StartAsync(CancellationToken cancellationToken, string? directory = null)
    {
        var postgres = new LocalPostgres(directory);
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

    /// <summary>Makes an empty database, or leaves the one of this name as it is.</summary>
    /// <param name="name">Lower-case letters, digits and '_'; null for one that nobody else has.</param>
    /// <returns>Its connection string.</returns>
    public async Task<string> CreateDatabaseAsync(CancellationToken cancellationToken, string? name = null)
    {
        name ??= "test_" + RandomNumberGenerator.GetHexString(12, lowercase: true);
        if (await QueryAsync($"SELECT datname::text FROM pg_database WHERE datname = '{name}'", cancellationToken) is null)
        {
            await QueryAsync($"CREATE DATABASE {name}", cancellationToken);
        }

        return ConnectionString(name);
    }

    /// <summary>Ends it in good order: open transactions are rolled back, connections closed.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => StopAsync(UnixSignal.Interrupt, cancellationToken);

    /// <summary>Ends it as a crash would: the next start recovers from the log (<c>pg_ctl stop -m immediate</c>).</summary>
    public Task StopImmediateAsync(CancellationToken cancellationToken) => StopAsync(UnixSignal.Quit, cancellationToken);

    /// <summary>Kills the server (SIGKILL); the processes of its connections end when they notice.</summary>
    public Task KillAsync(CancellationToken cancellationToken) => StopAsync(UnixSignal.Kill, cancellationToken);

    /// <summary>Freezes the server: open connections go on, no new one is answered.</summary>
    public void Suspend() => Process.Suspend();

    /// <summary>Lets it go on.</summary>
    public void Resume() => Process.Resume();

    /// <summary>Starts what was stopped or killed, or has crashed, on the same port with the same data.</summary>
    public async Task StartAgainAsync(CancellationToken cancellationToken)
    {
        if (HasCrashed)
        {
            await KillAsync(cancellationToken);
        }

        if (_process is not null)
        {
            throw new InvalidOperationException("It runs already.");
        }

        // After a kill the processes of its connections keep the old shared memory for a moment, and the start is refused.
        await Poll.UntilAsync("PostgreSQL starts", TryStartAsync, Deadline, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await StopImmediateAsync(CancellationToken.None);
        }

        await _home.DisposeAsync();
    }

    /// <returns>False when what was killed has not gone yet.</returns>
    private async Task<bool> TryStartAsync(CancellationToken cancellationToken)
    {
        // Quit, not kill, when the test host dies: PostgreSQL then takes its shared memory away.
        _process = await ToolProcess.StartAsync(
            Path.Combine(Programs!, "postgres"),
            [
                "-D", Data, "-p", Port.ToString(CultureInfo.InvariantCulture), "-k", "",
                "-c", "listen_addresses=127.0.0.1", "-c", $"max_connections={MostConnections}", "-c", "shared_buffers=64MB", "-c", "dynamic_shared_memory_type=mmap",
                .. _home.IsKept ? Array.Empty<string>() : ["-c", "fsync=off", "-c", "full_page_writes=off"],
            ],
            _home.FullPath,
            unprivileged: true,
            atHostDeath: "QUIT");
        try
        {
            await _process.WaitUntilAsync("PostgreSQL answers", AnswersAsync, Deadline, cancellationToken);
        }
        catch (InvalidOperationException) when (_process.Output.Contains("shared memory block", StringComparison.Ordinal))
        {
            await _process.DisposeAsync();
            _process = null;
            return false;
        }

        // Another server may have taken the port in the meantime.
        var directory = await QueryAsync("SHOW data_directory", cancellationToken);
        if (directory != Data)
        {
            throw new InvalidOperationException($"Port {Port} is of another PostgreSQL, with its data in {directory}.");
        }

        return true;
    }

    private async Task InitializeAsync(CancellationToken cancellationToken)
    {
        if (Directory.Exists(Data))
        {
            return;
        }

        Unprivileged.Give(_home.FullPath);
        Unprivileged.Give(_home["password"]);
        var unfinished = _home["data.tmp"];
        if (Directory.Exists(unfinished))
        {
            Directory.Delete(unfinished, recursive: true);
        }

        await ToolProcess.RunAsync(
            Path.Combine(Programs ?? throw new InvalidOperationException(Missing), "initdb"),
            ["-D", unfinished, "-U", User, "-A", "scram-sha-256", "--pwfile=" + _home["password"], "--no-sync", "-E", "UTF8", "--locale=C.UTF-8"],
            Deadline,
            cancellationToken,
            _home.FullPath,
            unprivileged: true);
        Directory.Move(unfinished, Data);
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
        Port = Port,
        Username = User,
        Password = _password,
        Database = database,
        Pooling = pooling,
        ConnectionIdleLifetime = IdleSeconds,
        ConnectionPruningInterval = IdleSeconds / 2,
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
