using EventTorrent.Storage.Model;

namespace EventTorrent.Api.Tests;

public sealed class ListingWorkers
{
    [Fact]
    public async Task Those_heard_of_last_come_first_and_it_is_said_who_is_silent_and_who_has_left()
    {
        await using var host = await ApiHost.StartAsync();
        var now = TimeProvider.System.GetUtcNow();
        await host.WithDbAsync(db =>
        {
            db.Workers.AddRange(
                Worker("silent", now.AddMinutes(-2)),
                Worker("alive", now, volume: "a", freeBytes: 5_000),
                Worker("stopped", now.AddSeconds(-5), stoppedAt: now.AddSeconds(-5)));
            return db.SaveChangesAsync(ApiHost.Token);
        });

        var workers = (await host.GetAsync("/workers/")).AsArray();

        Assert.Equal(["alive", "stopped", "silent"], workers.Select(worker => (string)worker!["name"]!));
        Assert.Equal(["alive", "stopped", "silent"], workers.Select(worker => (string)worker!["state"]!));
        var first = workers[0]!.AsObject();
        Assert.Equal(
            ["name", "host", "kind", "volume", "slots", "busy", "free_bytes", "version", "started_at", "seen_at", "state", "drain_asked"],
            first.Select(member => member.Key));
        Assert.Equal(("h", "Screenshots", "a", 4, 1, 5_000L), (
            (string?)first["host"], (string?)first["kind"], (string?)first["volume"], (int?)first["slots"], (int?)first["busy"], (long?)first["free_bytes"]));
    }

    private static WorkerRecord Worker(
        string name, DateTimeOffset seenAt, string? volume = null, long? freeBytes = null, DateTimeOffset? stoppedAt = null) => new()
        {
            Worker = name,
            Host = "h",
            Kind = "Screenshots",
            Volume = volume,
            Slots = 4,
            Busy = 1,
            FreeBytes = freeBytes,
            Version = "0.1.0",
            StartedAt = seenAt.AddHours(-1),
            SeenAt = seenAt,
            StoppedAt = stoppedAt,
        };
}
