using System.Net;
using EventTorrent.HandlerHost;
using EventTorrent.TestKit;
using MassTransit;

namespace EventTorrent.Hosting.Tests;

/// <summary>A process whose endpoint is made deaf by its handler, on a broker that is killed under it.</summary>
public sealed class DeafEndpoints
{
    private static readonly (string, string)[] ShortLimits =
    [
        ("Watchdog:Interval", "00:00:00.500"), ("Watchdog:LostAfter", "00:00:15"), ("Watchdog:StuckAfter", "00:00:05"),
        ("Watchdog:SilentAfter", "00:00:05"), ("Watchdog:StopWithin", "00:00:02"),
    ];

    /// <summary>As they are by default: MassTransit's own pause between two tries is up to 30 s.</summary>
    private static readonly (string, string)[] OrdinaryLimits =
    [
        ("Watchdog:LostAfter", "00:00:45"), ("Watchdog:StuckAfter", "00:00:20"), ("Watchdog:SilentAfter", "00:00:20"),
    ];

    /// <summary>One by one frozen before, and not; a longer run is asked for by the environment.</summary>
    private static readonly int Kills = int.TryParse(Environment.GetEnvironmentVariable("EVENTTORRENT_KILLS"), out var asked) ? asked : 2;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task End_their_process_when_the_broker_is_back()
    {
        Assert.SkipWhen(LocalBroker.Missing is not null, LocalBroker.Missing ?? "");
        await using var broker = await LocalBroker.StartAsync(Cancellation);
        var address = await broker.CreateVirtualHostAsync(Cancellation);
        await using var host = await StartAsync(address, HandlerKind.Blocks, slots: 1, TimeSpan.Zero);
        await SendAsync(address, 1);
        await host.WaitForLineAsync("began");

        await broker.KillAsync(Cancellation);
        // The transport waits for the handler and has not noticed anything: its own health still says that it is well.
        await host.WaitForHealthAsync("ready", HttpStatusCode.OK);
        await broker.StartAgainAsync(Cancellation);
        Assert.False(host.HasExited);
        var code = await host.WaitForExitAsync(TimeSpan.FromSeconds(40));

        Assert.NotEqual(0, code);
        Assert.Contains("A deaf endpoint", host.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Are_not_those_that_are_saturated()
    {
        Assert.SkipWhen(LocalBroker.Missing is not null, LocalBroker.Missing ?? "");
        var address = await (await SharedServers.BrokerAsync()).CreateVirtualHostAsync(Cancellation);
        await using var host = await StartAsync(address, HandlerKind.Publishes, slots: 1, TimeSpan.FromSeconds(40));
        var ids = await SendAsync(address, 20);

        // Two handlers of 40 s, one after the other: far longer than any limit.
        await host.WaitForLineAsync($"ended {ids[0]}", TimeSpan.FromSeconds(60));
        await host.WaitForLineAsync($"ended {ids[1]}", TimeSpan.FromSeconds(60));

        Assert.False(host.HasExited);
        Assert.DoesNotContain("deaf", host.Log, StringComparison.Ordinal);
        await host.WaitForHealthAsync("live", HttpStatusCode.OK);
    }

    /// <summary>The outbox publishes after the handler and without a token. The filter ends most of those waits, and the watchdog the processes of the rest.</summary>
    [Fact]
    public async Task Are_back_or_end_their_process_when_the_broker_dies_while_an_outbox_publishes()
    {
        Assert.SkipWhen(LocalBroker.Missing is not null, LocalBroker.Missing ?? "");
        await using var broker = await LocalBroker.StartAsync(Cancellation);
        var address = await broker.CreateVirtualHostAsync(Cancellation);
        for (var kill = 0; kill < Kills; kill++)
        {
            await using var one = await StartAsync(address, HandlerKind.Publishes, slots: 8, TimeSpan.FromMilliseconds(50), OrdinaryLimits);
            await using var other = await StartAsync(address, HandlerKind.Publishes, slots: 8, TimeSpan.FromMilliseconds(50), OrdinaryLimits);
            var sending = SendAsync(address, 400);
            await one.WaitForLineAsync("ended");
            await other.WaitForLineAsync("ended");
            if (kill % 2 == 0)
            {
                // Connections that are silent before they break: publishes are under way without a confirm.
                broker.Suspend();
                await Task.Delay(TimeSpan.FromSeconds(1), Cancellation);
            }

            await broker.KillAsync(Cancellation);
            await broker.StartAgainAsync(Cancellation);
            HostProcess[] both = [one, other];
            await Poll.UntilAsync(
                "every process listens or has ended",
                async token => await CountConsumersAsync(broker, address, token) == both.Count(host => !host.HasExited),
                TimeSpan.FromSeconds(120), Cancellation, () => $"{Tail(one)}\n{Tail(other)}");

            TestContext.Current.TestOutputHelper!.WriteLine($"kill {kill + 1}: {both.Count(host => host.HasExited)} of 2 processes ended");
            Assert.All(both.Where(host => host.HasExited), host => Assert.Contains("A deaf endpoint", host.Log, StringComparison.Ordinal));
            // What the sender could not send is lost here; the rows of a task would bring it back.
            await Task.WhenAny(sending);
        }
    }

    private static async Task<HostProcess> StartAsync(Uri address, HandlerKind kind, int slots, TimeSpan time, params (string, string)[] more)
    {
        var host = await HostProcess.StartAsync(
            "HandlerHost",
            [
                .. ShortLimits, ("Bus:Transport", "RabbitMq"), ("Bus:Address", address.ToString()),
                ("Handler:Kind", $"{kind}"), ("Handler:Slots", $"{slots}"), ("Handler:Time", $"{time}"), .. more,
            ]);
        await host.WaitForHealthAsync("ready", HttpStatusCode.OK);
        return host;
    }

    private static async Task<IReadOnlyList<Guid>> SendAsync(Uri address, int count)
    {
        var bus = Bus.Factory.CreateUsingRabbitMq(rabbit => rabbit.Host(address));
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        await bus.StartAsync(limit.Token);
        try
        {
            var queue = await bus.GetSendEndpoint(new Uri($"queue:{WorkBus.Queue}"));
            var ids = Enumerable.Range(0, count).Select(_ => Guid.NewGuid()).ToList();
            foreach (var id in ids)
            {
                await queue.Send(new Work(id), limit.Token).WaitAsync(limit.Token);
            }

            return ids;
        }
        finally
        {
            await bus.StopAsync(TimeSpan.FromSeconds(5));
        }
    }

    private static async Task<int> CountConsumersAsync(LocalBroker broker, Uri address, CancellationToken cancellationToken) =>
        (await broker.AskAsync($"queues{address.AbsolutePath}/{WorkBus.Queue}", cancellationToken))["consumers"]?.GetValue<int>() ?? 0;

    private static string Tail(HostProcess host) => string.Join('\n', host.Log.Split('\n').TakeLast(5));
}
