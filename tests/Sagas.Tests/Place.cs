using EventTorrent.TestKit;

namespace EventTorrent.Sagas.Tests;

/// <summary>What saga hosts share that run at once or one after another: database, broker, clock, and the test's inbox.</summary>
internal sealed class Place : IAsyncDisposable
{
    private readonly TempDirectory _directory = new();

    public Dictionary<string, string?> Settings { get; } = [];

    public ShiftedTime Time { get; } = new();

    public Inbox Inbox { get; } = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<Place> CreateAsync(Flavour flavour)
    {
        if (flavour == Flavour.Embedded)
        {
            var place = new Place();
            place.Settings["Storage:DataDirectory"] = place._directory.FullPath;
            place.Settings["Sagas:RequeueAtStart"] = "true";
            return place;
        }

        Assert.SkipWhen(SharedServers.Missing is not null, SharedServers.Missing ?? "");
        return new Place
        {
            Settings =
            {
                ["Storage:Provider"] = "Postgres",
                ["Storage:ConnectionString"] = await (await SharedServers.PostgresAsync()).CreateDatabaseAsync(Cancellation),
                ["Bus:Transport"] = "RabbitMq",
                ["Bus:Address"] = (await (await SharedServers.BrokerAsync()).CreateVirtualHostAsync(Cancellation)).ToString(),
                ["Sagas:RequeueAtStart"] = "false",
            },
        };
    }

    public ValueTask DisposeAsync() => _directory.DisposeAsync();
}
