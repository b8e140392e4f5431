using EventTorrent.Contracts;
using MassTransit;

namespace EventTorrent.Sagas.Tests;

public sealed class SeveralHosts
{
    private const int Videos = 5;
    private const int Shots = 60;

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

        var task = await one.WaitForAsync(infohash, task => task.Screenshots.Count == reports.Length);
        Assert.All(task.Items, item => Assert.Equal((1L << Shots) - 1, item.StoredBits));
        Assert.True(byOne.Count > 0 && byOther.Count > 0, $"{byOne.Count} by one host, {byOther.Count} by the other.");
        TestContext.Current.TestOutputHelper?.WriteLine($"{byOne.Count} by one host, {byOther.Count} by the other, version {task.Version}");
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
