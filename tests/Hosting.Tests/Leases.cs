using EventTorrent.Contracts;
using EventTorrent.Hosting.Leases;
using EventTorrent.TestKit;
using MassTransit;
using MassTransit.Testing;

namespace EventTorrent.Hosting.Tests;

/// <summary>What every worker says of the work that a command asks for, whatever happens to it.</summary>
public sealed class Leases : IAsyncLifetime
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(1);
    private static readonly TakeScreenshots Command = new(
        Guid.Parse("11111111-1111-1111-1111-111111111111"), new string('a', 40), 2, 7, null, [], 1, [], "Blocks", null, [], [], [1, 2]);

    private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ServiceProvider _services = null!;
    private Func<CancellationToken, CancellationToken, Task<string>> _work = (_, _) => Task.FromResult("done");
    private LeasePace _pace = new(TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(10));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>For a look at what was said so far.</summary>
    private static CancellationToken AtOnce => new(canceled: true);

    private ITestHarness Bus => _services.GetRequiredService<ITestHarness>();

    public async ValueTask InitializeAsync()
    {
        _services = new ServiceCollection()
            .AddLogging()
            .AddSingleton(TimeProvider.System)
            .AddSingleton(WorkerIdentity.Create(Step.Screenshots, volume: "v1", slots: 1))
            .AddSingleton(this)
            .AddLeases()
            .AddMassTransitTestHarness(bus => bus.AddConsumer<TestConsumer>())
            .BuildServiceProvider();
        await Bus.Start();
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    [Fact]
    public async Task Work_is_said_to_have_begun_and_how_it_ended()
    {
        await RunAsync();

        var started = Said<StepStarted>().Single();
        Assert.Equal((Command.TaskId, nameof(Step.Screenshots), 2, 7, "v1"), (started.TaskId, started.Step, started.Item, started.Lease, started.Volume));
        Assert.Equal("done", Said<StepCompleted>().Single().Container);
        Assert.Empty(Said<StepFailed>());
    }

    [Fact]
    public async Task Work_that_goes_on_has_a_heartbeat()
    {
        _pace = _pace with { Heartbeat = TimeSpan.FromMilliseconds(1) };
        _work = async (_, stop) =>
        {
            await Poll.UntilAsync("there were beats", () => Said<StepProgressed>().Count > 2, Deadline, stop);
            return "done";
        };

        await RunAsync();

        Assert.Single(Said<StepCompleted>());
    }

    [Fact]
    public async Task A_slice_that_is_over_is_a_yield_with_what_the_next_one_needs()
    {
        _pace = _pace with { Slice = TimeSpan.FromMilliseconds(1) };
        _work = WaitForeverAsync;

        await RunAsync();

        Assert.Equal([1, 2], Said<StepYielded>().Single().ResumeData);
        Assert.Empty(Said<StepFailed>());
    }

    [Fact]
    public async Task A_fault_is_an_attempt_that_failed()
    {
        _work = (_, _) => throw new InvalidDataException("Not for the bus.");

        await RunAsync();

        var failed = Said<StepFailed>().Single();
        Assert.Equal((nameof(FailureKind.InternalError), "The worker failed (InvalidDataException)."), (failed.Kind, failed.Message));
    }

    [Fact]
    public async Task A_lease_that_was_taken_away_has_no_last_word()
    {
        _work = WaitForeverAsync;
        var running = RunAsync();
        await _begun.Task.WaitAsync(Deadline, Cancellation);

        _services.GetRequiredService<RunningWork>().Stop(new StopWork(Command.TaskId, nameof(Step.Screenshots), Item: null, Command.Lease));
        await running;

        Assert.Single(Said<StepStarted>());
        Assert.Empty(Said<StepYielded>());
        Assert.Empty(Said<StepFailed>());
    }

    [Theory]
    [InlineData(typeof(StepStarted))]
    [InlineData(typeof(StepProgressed))]
    [InlineData(typeof(StepCompleted))]
    public async Task A_word_that_the_broker_never_takes_ends_with_the_lease(Type word)
    {
        var broker = new SilentBroker(word);
        Bus.Bus.ConnectPublishObserver(broker);
        if (word == typeof(StepProgressed))
        {
            _pace = _pace with { Heartbeat = TimeSpan.FromMilliseconds(1) };
            _work = WaitForeverAsync;
        }

        try
        {
            var running = RunAsync();
            await broker.Asked.WaitAsync(Deadline, Cancellation);
            _services.GetRequiredService<RunningWork>().Stop(new StopWork(Command.TaskId, nameof(Step.Screenshots), Item: null, Command.Lease));
            await running;

            Assert.Equal(0, _services.GetRequiredService<RunningWork>().CountOf(Step.Screenshots));
        }
        finally
        {
            // The bus of the test would wait for it.
            broker.End();
        }
    }

    [Fact]
    public async Task A_command_of_no_infohash_is_refused()
    {
        await RunAsync(Command with { Infohash = "../../etc" });

        var refused = Bus.Published.Select<Fault<TakeScreenshots>>(AtOnce).Single().Context.Message;
        Assert.Equal(TypeCache<RefusedMessageException>.ShortName, refused.Exceptions[0].ExceptionType);
        Assert.Empty(Said<StepStarted>());
    }

    private async Task<string> WaitForeverAsync(CancellationToken sliceEnd, CancellationToken stop)
    {
        _begun.SetResult();
        await Task.Delay(Timeout.InfiniteTimeSpan, stop);
        return "never";
    }

    /// <summary>Returns when the command was handled.</summary>
    private async Task RunAsync(TakeScreenshots? command = null)
    {
        await Bus.Bus.Publish(command ?? Command, Cancellation);
        await Poll.UntilAsync("the command is handled", () => Bus.Consumed.Select<TakeScreenshots>(AtOnce).Any(), Deadline, Cancellation);
    }

    private List<T> Said<T>() where T : class => [.. Bus.Published.Select<T>(AtOnce).Select(one => one.Context.Message)];

    /// <summary>Takes every word but one, for which it waits until the end of the test, as the transport does for ever when the broker dies in the wrong moment.</summary>
    private sealed class SilentBroker(Type word) : IPublishObserver
    {
        private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Asked => _asked.Task;

        public void End() => _end.TrySetResult();

        public Task PrePublish<T>(PublishContext<T> context) where T : class
        {
            if (typeof(T) != word)
            {
                return Task.CompletedTask;
            }

            _asked.TrySetResult();
            return _end.Task;
        }

        public Task PostPublish<T>(PublishContext<T> context) where T : class => Task.CompletedTask;

        public Task PublishFault<T>(PublishContext<T> context, Exception exception) where T : class => Task.CompletedTask;
    }

    private sealed class TestConsumer(Leases test, LeaseRunner runner) : IConsumer<TakeScreenshots>
    {
        public Task Consume(ConsumeContext<TakeScreenshots> context) =>
            runner.RunAsync(new Reports(context, context.Message), test._pace, (sliceEnd, stop) => test._work(sliceEnd, stop));
    }

    private sealed class Reports(ConsumeContext context, TakeScreenshots command) : LeaseReports<string>(
        context, command, new WorkLease(command.TaskId, command.Infohash, Step.Screenshots, command.Item, command.Lease, "testing"))
    {
        protected override byte[]? ResumeData => command.ResumeData;

        public override Task ProgressAsync(CancellationToken cancellationToken) => PublishAsync(
            new StepProgressed(
                command.TaskId, command.Infohash, nameof(Step.Screenshots), command.Item, command.Lease, null, 0, 0, 0, null, null, null, null, null, null, null, null, null, null, null, null),
            cancellationToken);

        public override Task EndedAsync(string outcome, CancellationToken cancellationToken) => PublishAsync(
            new StepCompleted(
                command.TaskId, command.Infohash, nameof(Step.Screenshots), command.Item, command.Lease, 0, [], outcome, null, null, 0, 0, 0, [], null, null),
            cancellationToken);
    }
}
