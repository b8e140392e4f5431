using System.Net;
using System.Text.Json.Nodes;
using EventTorrent.Contracts;
using EventTorrent.Storage.Model;
using EventTorrent.TestKit;

namespace EventTorrent.Api.Tests;

public sealed class DrainingWorkers
{
    private const string Name = "attic-17-a1b2c3";
    private const string Path = $"/workers/{Name}/drain";

    [Fact]
    public async Task A_drain_is_a_wish_in_the_row_and_a_word_and_may_be_said_twice_and_taken_back_twice()
    {
        await using var host = await StartAsync();

        foreach (var (method, drains) in new[] { (HttpMethod.Post, true), (HttpMethod.Post, true), (HttpMethod.Delete, false), (HttpMethod.Delete, false) })
        {
            using var answer = await host.SendAsync(method, Path);

            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            var view = (await answer.Content.ReadFromJsonAsync<JsonNode>(ApiHost.Token))!;
            Assert.Equal((Name, drains), ((string?)view["name"], (bool)view["drain_asked"]!));
            Assert.Equal(drains ? "draining" : "alive", (string?)view["state"]);
            Assert.Equal(new DrainWorker(Name, drains), await host.Messages.NextAsync<DrainWorker>());
            Assert.Equal(drains, (await FindAsync(host))["drain_asked"]!.GetValue<bool>());
        }
    }

    [Fact]
    public async Task The_wish_outlives_the_door()
    {
        await using var directory = new TempDirectory();
        await using (var first = await StartAsync(directory.FullPath))
        {
            using var answer = await first.SendAsync(HttpMethod.Post, Path);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        await using var second = await ApiHost.StartAsync(directory.FullPath);

        Assert.Equal((true, "draining"), ((bool)(await FindAsync(second))["drain_asked"]!, (string?)(await FindAsync(second))["state"]));
    }

    [Theory]
    [InlineData(false, false, 3, "alive")]
    [InlineData(true, false, 0, "draining")]
    [InlineData(true, true, 1, "draining")]
    [InlineData(true, true, 0, "drained")]
    [InlineData(false, true, 0, "alive")]
    public async Task It_is_drained_when_it_has_heard_of_the_wish_and_has_nothing_more(bool asked, bool heard, int busy, string state)
    {
        await using var host = await StartAsync(change: worker => (worker.DrainAsked, worker.Draining, worker.Busy) = (asked, heard, busy));

        Assert.Equal(state, (string?)(await FindAsync(host))["state"]);
    }

    [Fact]
    public async Task An_unknown_worker_is_404_and_nobody_is_told()
    {
        await using var host = await StartAsync();

        foreach (var method in new[] { HttpMethod.Post, HttpMethod.Delete })
        {
            using var answer = await host.SendAsync(method, "/workers/nobody/drain");
            Assert.Equal((HttpStatusCode.NotFound, "urn:eventtorrent:error:unknown-worker"), (answer.StatusCode, await ApiHost.ProblemTypeAsync(answer)));
        }

        using var last = await host.SendAsync(HttpMethod.Post, Path);
        Assert.Equal(Name, (await host.Messages.NextAsync<DrainWorker>()).Worker);
    }

    private static async Task<JsonNode> FindAsync(ApiHost host) => (await host.GetAsync("/workers/")).AsArray().Single()!;

    private static async Task<ApiHost> StartAsync(string? directory = null, Action<WorkerRecord>? change = null)
    {
        var host = await ApiHost.StartAsync(directory);
        var now = TimeProvider.System.GetUtcNow();
        var worker = new WorkerRecord { Worker = Name, Host = "attic", Kind = nameof(Step.Download), Slots = 4, Version = "1", StartedAt = now, SeenAt = now };
        change?.Invoke(worker);
        await host.WithDbAsync(db =>
        {
            db.Workers.Add(worker);
            return db.SaveChangesAsync(ApiHost.Token);
        });
        return host;
    }
}
