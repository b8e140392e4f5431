using EventTorrent.Contracts;
using EventTorrent.Storage.Model;

namespace EventTorrent.Sagas.Tests;

public abstract class Clocks(Flavour flavour)
{
    private static readonly TimeSpan Heartbeat = new SagaOptions().Heartbeat;

    public sealed class Embedded() : Clocks(Flavour.Embedded);

    public sealed class Distributed() : Clocks(Flavour.Distributed);

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task A_clock_that_is_set_by_an_hour_expires_no_lease_and_keeps_none_alive(int hours)
    {
        await using var host = await SagaHost.StartAsync(flavour);
        var infohash = await host.SubmitAsync();
        await host.PublishAsync((await host.NextCommandAsync()).Started());
        var running = await host.WaitForAsync(infohash, task => task.Items[0].State == WorkItemState.Running);

        host.Time.Set(TimeSpan.FromHours(hours));
        await host.WaitForAsync(infohash, task => IsAheadByAHeartbeat(task, host) && task.Items[0].DueAt != running.Items[0].DueAt);
        Assert.False(host.HasCommand);

        host.Time.Advance(Heartbeat + TimeSpan.FromSeconds(1));
        Assert.Equal(2, (await host.NextCommandAsync()).Lease);
    }

    [Fact]
    public async Task A_clock_that_is_set_back_does_not_postpone_a_retry()
    {
        await using var host = await SagaHost.StartAsync(flavour);
        var infohash = await host.SubmitAsync();
        await host.PublishAsync((await host.NextCommandAsync()).Failed(FailureKind.PieceTimeout));
        await host.WaitForAsync(infohash, task => task.Items[0].State == WorkItemState.Waiting);

        host.Time.Set(TimeSpan.FromHours(-1));

        Assert.Equal(2, (await host.NextCommandAsync()).Lease);
    }

    [Fact]
    public async Task A_clock_that_is_set_back_lets_later_commands_wait_in_their_queue_as_long_as_ever()
    {
        await using var host = await SagaHost.StartAsync(flavour);
        await host.SubmitAsync();
        await host.NextCommandAsync();

        host.Time.Set(TimeSpan.FromHours(-1));
        var later = await host.SubmitAsync();
        await host.NextCommandAsync();
        host.Time.Advance(TimeSpan.FromSeconds(6));

        await host.WaitForAsync(later, task => task.Items[0].DueAt > host.Time.GetUtcNow() + TimeSpan.FromMinutes(20));
    }

    private static bool IsAheadByAHeartbeat(TorrentTask task, SagaHost host) =>
        task.Items[0].DueAt is { } due && due > host.Time.GetUtcNow() && due <= host.Time.GetUtcNow() + Heartbeat;
}
