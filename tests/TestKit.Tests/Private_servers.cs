using Npgsql;

namespace EventTorrent.TestKit.Tests;

public class Private_servers
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(1);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task PostgreSQL_keeps_what_was_committed(bool crash)
    {
        Assert.SkipWhen(LocalPostgres.Missing is not null, LocalPostgres.Missing ?? "");
        await using var postgres = await LocalPostgres.StartAsync(Token);
        var database = await postgres.CreateDatabaseAsync(Token);
        await RunAsync(database, "CREATE TABLE t AS SELECT 42 AS x");

        await (crash ? postgres.StopImmediateAsync(Token) : postgres.StopAsync(Token));
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => RunAsync(database, "SELECT x FROM t"));
        await postgres.StartAgainAsync(Token);

        Assert.Equal(42, await RunAsync(database, "SELECT x FROM t"));
    }

    [Fact]
    public async Task PostgreSQL_leaves_nothing_behind()
    {
        Assert.SkipWhen(LocalPostgres.Missing is not null, LocalPostgres.Missing ?? "");
        var postgres = await LocalPostgres.StartAsync(Token);
        var pid = postgres.Pid;
        var directory = (string)(await RunAsync(await postgres.CreateDatabaseAsync(Token), "SHOW data_directory"))!;

        await postgres.DisposeAsync();

        Assert.False(Directory.Exists("/proc/" + pid));
        Assert.False(Directory.Exists(Path.GetDirectoryName(directory)));
        Assert.DoesNotContain(SharedMemory(), segment => segment.Contains($" {pid} ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task RabbitMQ_comes_back_after_a_kill_and_a_stop_and_leaves_nothing_behind()
    {
        Assert.SkipWhen(LocalBroker.Missing is not null, LocalBroker.Missing ?? "");
        string directory;
        int pid;
        await using (var broker = await LocalBroker.StartAsync(Token))
        {
            var host = (await broker.CreateVirtualHostAsync(Token)).AbsolutePath[1..];

            await broker.KillAsync(Token);
            await Assert.ThrowsAsync<HttpRequestException>(() => broker.AskAsync("overview", Token));
            await broker.StartAgainAsync(Token);
            Assert.Contains(host, await broker.ControlAsync(["list_vhosts"], Token), StringComparison.Ordinal);

            await broker.StopAsync(Token);
            await broker.StartAgainAsync(Token);
            Assert.Equal(host, (string?)(await broker.AskAsync("vhosts/" + host, Token))["name"]);
            pid = broker.Pid;
            directory = Path.GetDirectoryName((await File.ReadAllTextAsync($"/proc/{pid}/environ", Token)).Split('\0')
                .Single(variable => variable.StartsWith("RABBITMQ_PID_FILE=", StringComparison.Ordinal)).Split('=')[1])!;
        }

        Assert.False(Directory.Exists(directory));
        await Poll.UntilAsync("no process has the broker's directory in its environment", () => !ProcessesOf(directory).Any(), Deadline, Token);
    }

    [Fact]
    public async Task A_suspended_RabbitMQ_is_silent_until_it_is_resumed()
    {
        Assert.SkipWhen(LocalBroker.Missing is not null, LocalBroker.Missing ?? "");
        var broker = await SharedServers.BrokerAsync();

        broker.Suspend();
        await Poll.UntilAsync("it is stopped", () => StateOf(broker.Pid) == "T", Deadline, Token);
        var answer = broker.AskAsync("overview", Token);
        await Assert.ThrowsAsync<TimeoutException>(() => answer.WaitAsync(TimeSpan.FromMilliseconds(300), Token));
        broker.Resume();

        Assert.Equal(broker.Name, (string?)(await answer)["node"]);
    }

    private static async Task<object?> RunAsync(string database, string sql)
    {
        await using var connection = new NpgsqlConnection(database + ";Pooling=false");
        await connection.OpenAsync(Token);
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(Token);
    }

    private static string StateOf(int pid) => File.ReadAllText($"/proc/{pid}/stat").Split(' ')[2];

    private static string[] SharedMemory() => File.ReadAllLines("/proc/sysvipc/shm");

    private static IEnumerable<string> ProcessesOf(string directory) =>
        Directory.EnumerateDirectories("/proc").Where(process => int.TryParse(Path.GetFileName(process), out _) && Mentions(process, directory));

    private static bool Mentions(string process, string directory)
    {
        try
        {
            return File.ReadAllText(process + "/environ").Contains(directory, StringComparison.Ordinal);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
