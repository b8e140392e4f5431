using EventTorrent.TestKit;

namespace EventTorrent.Benchmarks.Bus;

/// <summary>A broker and a database as they are installed: every commit is synced.</summary>
internal sealed class Servers : IAsyncDisposable
{
    private Servers(LocalPostgres postgres, LocalBroker broker) => (Postgres, Broker) = (postgres, broker);

    public LocalPostgres Postgres { get; }

    public LocalBroker Broker { get; }

    public static async Task<Servers> StartAsync(CancellationToken cancellationToken)
    {
        if (SharedServers.Missing is { } missing)
        {
            throw new InvalidOperationException(missing);
        }

        var postgres = await LocalPostgres.StartAsync(cancellationToken, durable: true);
        try
        {
            return new Servers(postgres, await LocalBroker.StartAsync(cancellationToken));
        }
        catch
        {
            await postgres.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Broker.DisposeAsync();
        await Postgres.DisposeAsync();
    }
}
