using EventTorrent.TestKit;

namespace EventTorrent.Benchmarks.Bus;

/// <summary>A private broker and a private database that syncs every commit, as it does when it is installed.</summary>
internal sealed class Servers : IAsyncDisposable
{
    private readonly TempDirectory _directory;

    private Servers(TempDirectory directory, LocalPostgres postgres, LocalBroker broker) =>
        (_directory, Postgres, Broker) = (directory, postgres, broker);

    public LocalPostgres Postgres { get; }

    public LocalBroker Broker { get; }

    public static async Task<Servers> StartAsync(CancellationToken cancellationToken)
    {
        if (SharedServers.Missing is { } missing)
        {
            throw new InvalidOperationException(missing);
        }

        // What keeps its data in a given directory keeps it safe, too.
        var directory = new TempDirectory();
        var postgres = await LocalPostgres.StartAsync(cancellationToken, directory.FullPath);
        try
        {
            return new Servers(directory, postgres, await LocalBroker.StartAsync(cancellationToken));
        }
        catch
        {
            await postgres.DisposeAsync();
            await directory.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Broker.DisposeAsync();
        await Postgres.DisposeAsync();
        await _directory.DisposeAsync();
    }
}
