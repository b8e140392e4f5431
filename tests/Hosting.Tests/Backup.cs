using EventTorrent.TestKit;
using Npgsql;

namespace EventTorrent.Hosting.Tests;

/// <summary>The commands of docs/operations.md, "Back-up".</summary>
public sealed class Backup
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Of_a_database_with_work_under_way_is_restored_and_the_work_goes_on()
    {
        var torrent = await Films.TorrentAsync(Cancellation);
        // It has nothing yet, so that the work is under way for as long as the test wants.
        await using var peer = new ScriptedPeer();
        await using var deployment = await Deployment.CreateAsync();
        await using var directory = new TempDirectory();
        await deployment.StartApiAndSagasAsync();
        await deployment.StartWorkerAsync();
        await deployment.WaitUntilReadyAsync();
        await deployment.SubmitAsync(torrent, peer.Endpoint, Films.Shots);
        var before = await deployment.WaitForAsync(torrent, task => (string?)task["state"] == "Fetching");

        var dump = directory["eventtorrent.dump"];
        await RunAsync("pg_dump", deployment.ConnectionString, "--format=custom", $"--file={dump}");
        await deployment.StopAllAsync();
        var restored = await deployment.Postgres.CreateDatabaseAsync(Cancellation);
        await RunAsync("pg_restore", restored, "--no-owner", dump);

        // Another virtual host: not one message of before is there.
        var bus = ("Bus:Address", (await deployment.Broker.CreateVirtualHostAsync(Cancellation)).ToString());
        await deployment.StartApiAndSagasAsync(("Storage:ConnectionString", restored), bus, ("Sagas:RequeueAtStart", "true"));
        await deployment.StartWorkerAsync(bus);
        await deployment.WaitUntilReadyAsync();
        peer.Add(torrent);
        var after = await deployment.WaitForAsync(torrent, task => (string?)task["state"] == "Completed");

        Assert.Equal((string?)before["created_at"], (string?)after["created_at"]);
        Assert.Equal(Films.Shots, after["screenshots"]!.AsArray().Count);
    }

    private static async Task RunAsync(string program, string connectionString, params string[] arguments)
    {
        var database = new NpgsqlConnectionStringBuilder(connectionString);
        var name = program == "pg_restore" ? $"--dbname={database.Database}" : database.Database!;
        await ToolProcess.RunAsync(
            program, [$"--host={database.Host}", $"--port={database.Port}", $"--username={database.Username}", .. arguments, name], Deadline, Cancellation,
            environment: new Dictionary<string, string> { ["PGPASSWORD"] = database.Password! });
    }
}
