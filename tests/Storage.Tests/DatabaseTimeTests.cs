using EventTorrent.TestKit;
using Microsoft.EntityFrameworkCore;

namespace EventTorrent.Storage.Tests;

public sealed class DatabaseTimeTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void Between_two_looks_only_the_monotonic_clock_counts()
    {
        var local = new WrongClock();
        var time = new DatabaseTime(local);
        var said = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
        time.Set(said, asked: local.GetTimestamp(), answered: local.GetTimestamp());

        local.Utc += TimeSpan.FromHours(1);
        local.Passed += TimeSpan.FromSeconds(7);

        Assert.Equal(said + TimeSpan.FromSeconds(7), time.GetUtcNow());
    }

    [Fact]
    public void The_way_of_the_answer_is_taken_into_account()
    {
        var local = new WrongClock();
        var time = new DatabaseTime(local);
        var said = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
        var asked = local.GetTimestamp();
        local.Passed += TimeSpan.FromSeconds(1);

        time.Set(said, asked, local.GetTimestamp());

        Assert.Equal(said + TimeSpan.FromSeconds(0.5), time.GetUtcNow());
    }

    [Fact]
    public async Task A_host_with_PostgreSQL_goes_by_its_clock()
    {
        Assert.SkipWhen(LocalPostgres.Missing is not null, LocalPostgres.Missing ?? "");
        var builder = Host.CreateApplicationBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Storage:Provider"] = "Postgres",
            ["Storage:ConnectionString"] = await (await SharedServers.PostgresAsync()).CreateDatabaseAsync(Cancellation),
        });
        builder.Services.AddTorrentStorage(builder.Configuration);
        // An hour off: what the process would say without the database.
        builder.Services.AddSingleton(new DatabaseTime(new WrongClock { Utc = DateTimeOffset.UtcNow.AddHours(1) }));
        using var host = builder.Build();
        await host.StartAsync(Cancellation);

        await using var scope = host.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<TorrentDb>();
        var time = host.Services.GetRequiredService<TimeProvider>();
        // At once, unless the machine is too busy for the first look.
        await Poll.UntilAsync(
            "the host goes by the database's clock",
            async token => (time.GetUtcNow() - await db.Database.SqlQuery<DateTimeOffset>($"SELECT clock_timestamp() AS \"Value\"").SingleAsync(token)).Duration()
                < TimeSpan.FromSeconds(30),
            TimeSpan.FromSeconds(40), Cancellation);

        await host.StopAsync(Cancellation);
    }

    private sealed class WrongClock : TimeProvider
    {
        public DateTimeOffset Utc { get; set; } = new(2031, 1, 1, 0, 0, 0, TimeSpan.Zero);

        public TimeSpan Passed { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override DateTimeOffset GetUtcNow() => Utc;

        public override long GetTimestamp() => Passed.Ticks;
    }
}
