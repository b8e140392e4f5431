namespace EventTorrent.TestKit;

/// <summary>
/// One PostgreSQL and one RabbitMQ for all tests of a process, each started when the first test asks for it. A test project
/// that uses them says <c>[assembly: AssemblyFixture(typeof(SharedServers))]</c>, so that they end with its last test.
/// Each test takes a database and a virtual host of its own, and leaves the servers running.
/// </summary>
public sealed class SharedServers : IAsyncDisposable
{
    // No test's own token: the servers outlive the test that happens to be the first.
    private static readonly Lazy<Task<LocalPostgres>> OnePostgres = new(() => LocalPostgres.StartAsync(CancellationToken.None));
    private static readonly Lazy<Task<LocalBroker>> OneBroker = new(() => LocalBroker.StartAsync(CancellationToken.None));

    /// <summary>Why a test that needs both can't run on this machine; null when it can.</summary>
    public static string? Missing => LocalPostgres.Missing ?? LocalBroker.Missing;

    public static Task<LocalPostgres> PostgresAsync() => OnePostgres.Value;

    public static Task<LocalBroker> BrokerAsync() => OneBroker.Value;

    public async ValueTask DisposeAsync()
    {
        await EndAsync(OneBroker);
        await EndAsync(OnePostgres);
    }

    private static async Task EndAsync<T>(Lazy<Task<T>> server) where T : IAsyncDisposable
    {
        // One that did not start has told so to the tests that asked for it, and has cleaned up.
        if (server.IsValueCreated && server.Value.IsCompletedSuccessfully)
        {
            await (await server.Value).DisposeAsync();
        }
    }
}
