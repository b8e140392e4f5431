using EventTorrent.Contracts;
using EventTorrent.TestKit;

namespace EventTorrent.Hosting.Tests;

/// <summary>What becomes of commands while a person wants a worker to take none.</summary>
public sealed class Draining
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(1);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(BusTransport.InMemory)]
    [InlineData(BusTransport.RabbitMq)]
    public async Task What_runs_ends_what_waits_is_given_back_and_all_is_done_when_the_wish_is_taken_back(BusTransport transport)
    {
        await using var worker = await DrainableWorker.StartAsync(await SettingsAsync(transport), isHeld: true);
        await worker.SendAsync(4);
        await Poll.UntilAsync("one runs, and three wait for its slot", () => worker.Begun == 1 && worker.Running == 4, Deadline, Cancellation, worker.Describe);

        await worker.DrainAsync(true);
        await Poll.UntilAsync("those that wait were given back", () => worker.GivenBack >= 3, Deadline, Cancellation, worker.Describe);
        worker.Release();
        await Poll.UntilAsync("what ran has ended", () => worker.Done == 1 && worker.Running == 0, Deadline, Cancellation, worker.Describe);
        var turns = worker.GivenBack;
        await Poll.UntilAsync("the others come and are given back again", () => worker.GivenBack >= turns + 3, Deadline, Cancellation, worker.Describe);
        Assert.Equal((1, 1), (worker.Begun, worker.Done));

        await worker.DrainAsync(false);
        await Poll.UntilAsync("all are done", () => worker.Done == 4, Deadline, Cancellation, worker.Describe);
        Assert.Equal(4, worker.Begun);
    }

    [Fact]
    public async Task Others_do_the_work_of_one_that_is_drained()
    {
        var settings = await SettingsAsync(BusTransport.RabbitMq);
        await using var one = await DrainableWorker.StartAsync(settings);
        await using var other = await DrainableWorker.StartAsync(settings);

        await one.DrainAsync(true);
        await one.SendAsync(8);
        await Poll.UntilAsync("the other has done all", () => other.Done == 8, Deadline, Cancellation, other.Describe);
        Assert.Equal((0, 8), (one.Begun, other.Begun));

        await one.DrainAsync(false);
        await other.DrainAsync(true);
        await one.SendAsync(8);
        await Poll.UntilAsync("now the first one has", () => one.Done == 8, Deadline, Cancellation, one.Describe);
        Assert.Equal((8, 8), (one.Begun, other.Begun));
    }

    [Fact]
    public async Task A_wish_about_somebody_else_is_not_heeded()
    {
        await using var worker = await DrainableWorker.StartAsync(await SettingsAsync(BusTransport.InMemory));
        await worker.DrainAsync(true);
        await worker.DrainAsync(false);

        worker.Wishes.Note(new DrainWorker("somebody", Drains: true));
        await worker.SendAsync(1);

        await Poll.UntilAsync("it works", () => worker.Done == 1, Deadline, Cancellation, worker.Describe);
    }

    private static async Task<Dictionary<string, string?>> SettingsAsync(BusTransport transport)
    {
        if (transport == BusTransport.InMemory)
        {
            return [];
        }

        Assert.SkipWhen(LocalBroker.Missing is not null, LocalBroker.Missing ?? "");
        return new()
        {
            ["Bus:Transport"] = "RabbitMq",
            ["Bus:Address"] = (await (await SharedServers.BrokerAsync()).CreateVirtualHostAsync(Cancellation)).ToString(),
        };
    }
}
