using EventTorrent.Contracts;
using EventTorrent.Storage.Model;
using EventTorrent.TestKit;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace EventTorrent.Sagas.Tests;

[Collection(nameof(Alone))]
public sealed class SeveralHosts
{
    private const int Videos = 17;
    private const int Shots = 60;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task Lose_no_report_when_all_are_of_one_task_at_once()
    {
        await using var place = await Place.CreateAsync(Flavour.Distributed);
        await using var one = await SagaHost.StartAsync(place);
        await using var other = await SagaHost.StartAsync(place);
        var (byOne, byOther) = (new Handled<ScreenshotStored>(), new Handled<ScreenshotStored>());
        one.Observe(byOne);
        other.Observe(byOther);
        var infohash = await one.SubmitAsync(Shots);
        var first = await one.NextCommandAsync();
        await one.PublishAsync(first.Metadata([.. Enumerable.Range(0, Videos).Select(Reports.Film)]));
        await one.WaitForAsync(infohash, task => task.Items.Count == Videos);

        var reports = Enumerable.Range(0, Videos * Shots).Select(number => first.Stored(number % Shots, number / Shots)).ToArray();
        Random.Shared.Shuffle(reports);
        await Task.WhenAll(reports.Select(one.PublishAsync));

        Assert.True(reports.Length > 1000);
        await Poll.UntilAsync(
            "every picture is stored",
            async token => await one.WithDbAsync(db => db.Screenshots.CountAsync(token)) == reports.Length,
            Patience, TestContext.Current.CancellationToken);
        var task = await one.ReadAsync(infohash);
        Assert.All(task.Items, item => Assert.Equal((1L << Shots) - 1, item.StoredBits));
        Assert.True(byOne.Count > 0 && byOther.Count > 0, $"{byOne.Count} by one host, {byOther.Count} by the other.");
        TestContext.Current.TestOutputHelper?.WriteLine($"{byOne.Count} by one host, {byOther.Count} by the other, version {task.Version}");
    }

    [Fact]
    public async Task Take_the_first_messages_of_a_task_at_once_and_issue_it_once()
    {
        await using var place = await Place.CreateAsync(Flavour.Distributed);
        await using var one = await SagaHost.StartAsync(place);
        await using var other = await SagaHost.StartAsync(place);
        SagaHost[] hosts = [one, other];

        var infohash = await one.SubmitAsync(nudge: false);
        var nudge = new SubmitTorrent(infohash.ToTaskId(), infohash.ToString());
        await Task.WhenAll(hosts.Select(host => host.PublishAsync(nudge)));
        var command = await one.NextCommandAsync();
        object[] firstWords = [command.Started(), command.Metadata(Reports.Film(), Reports.Film(1)), command.Progressed()];
        await Task.WhenAll(hosts.SelectMany(host => firstWords.Select(host.PublishAsync)));
        var second = await one.NextCommandAsync();
        var task = await one.WaitForAsync(infohash, task => task.HasMetadata && task.Items[0].State == WorkItemState.Running);

        Assert.Equal((1, 1, 1), (command.Lease, second.Lease, second.Item));
        Assert.Equal((2, 2), (task.Files.Count, task.Items.Count));
        Assert.False(one.HasCommand);
    }

    private sealed class Handled<T> : IConsumeMessageObserver<T> where T : class
    {
        private int _count;

        public int Count => Volatile.Read(ref _count);

        public Task PreConsume(ConsumeContext<T> context) => Task.CompletedTask;

        public Task PostConsume(ConsumeContext<T> context)
        {
            Interlocked.Increment(ref _count);
            return Task.CompletedTask;
        }

        public Task ConsumeFault(ConsumeContext<T> context, Exception exception) => Task.CompletedTask;
    }
}
