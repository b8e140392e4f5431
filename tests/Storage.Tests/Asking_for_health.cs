using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace EventTorrent.Storage.Tests;

public sealed class Asking_for_health
{
    [Fact]
    public async Task A_database_that_takes_connections_and_says_nothing_is_unhealthy_and_no_crash()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Storage:Provider"] = "Postgres",
            ["Storage:ConnectionString"] = $"Host=127.0.0.1;Port={((IPEndPoint)silent.LocalEndpoint).Port};Database=d;Username=u;Password=p;Timeout=120",
        }).Build();
        await using var services = new ServiceCollection().AddLogging().AddSingleton<IConfiguration>(configuration).AddTorrentStorage(configuration).BuildServiceProvider();

        // The scope of the checks is left while the connection is still being made.
        var report = await services.GetRequiredService<HealthCheckService>().CheckHealthAsync(TestContext.Current.CancellationToken);

        Assert.Equal(HealthStatus.Unhealthy, report.Entries["database"].Status);
    }
}
