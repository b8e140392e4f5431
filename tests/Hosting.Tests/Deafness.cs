using EventTorrent.Hosting.Watchdog;

namespace EventTorrent.Hosting.Tests;

/// <summary>The decision alone, with a clock of the test's own: a look every 5 s, limits of 45, 20 and 20 s.</summary>
public sealed class Deafness
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);
    private static readonly EndpointFacts Idle = new("work.test", Slots: 2, IsReady: true, Running: 0, Orphaned: 0, LastDelivery: TimeSpan.Zero);
    private static readonly EndpointFacts Saturated = Idle with { Running = 2 };
    private static readonly QueueCounts Quiet = new(Ready: 0, Consumers: 1);
    private static readonly QueueCounts Waiting = new(Ready: 900, Consumers: 1);

    private readonly DeafnessJudge _judge = new(new WatchdogOptions());
    private TimeSpan _now = TimeSpan.FromMinutes(1);

    public static TheoryData<string, EndpointFacts, QueueCounts?, int, string> DeafOnes => new()
    {
        { "not ready", Idle with { IsReady = false }, Quiet, 45, "not ready" },
        { "no consumer", Idle, Quiet with { Consumers = 0 }, 45, "no consumer" },
        { "no queue", Idle, null, 45, "no consumer" },
        { "orphans", Saturated with { Orphaned = 1 }, Quiet, 20, "1 handlers still run" },
        { "silence", Idle with { Running = 1 }, Waiting, 20, "900 messages wait, 1 slots are free" },
    };

    public static TheoryData<string, EndpointFacts, QueueCounts> SoundOnes => new()
    {
        { "nothing to do", Idle, Quiet },
        { "every slot is taken", Saturated, Waiting },
        { "every slot is taken, others wait for nobody", Saturated, Quiet },
    };

    [Theory]
    [MemberData(nameof(DeafOnes))]
    public void Lasts_for_its_whole_time_before_it_counts(string what, EndpointFacts endpoint, QueueCounts? queue, int seconds, string reason)
    {
        for (var passed = TimeSpan.Zero; passed.TotalSeconds < seconds; passed += Interval)
        {
            Assert.True(Look(endpoint, queue) is null, $"{what}: too early, after {passed}");
        }

        Assert.Contains(reason, Look(endpoint, queue), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(SoundOnes))]
    public void Is_not_seen_in_a_sound_endpoint(string what, EndpointFacts endpoint, QueueCounts queue)
    {
        for (var looks = 0; looks < 100; looks++)
        {
            Assert.True(Look(endpoint, queue) is null, what);
        }
    }

    [Theory]
    [MemberData(nameof(DeafOnes))]
    public void Never_counts_while_the_broker_is_away(string what, EndpointFacts endpoint, QueueCounts? queue, int seconds, string reason)
    {
        for (var passed = TimeSpan.Zero; passed.TotalSeconds < 4 * seconds; passed += Interval)
        {
            Assert.True(Look(endpoint, queue) is null, $"{what}: {reason}");
            _judge.Forget();
        }
    }

    [Theory]
    [MemberData(nameof(DeafOnes))]
    public void Begins_anew_after_one_look_that_was_well(string what, EndpointFacts endpoint, QueueCounts? queue, int seconds, string reason)
    {
        for (var passed = TimeSpan.Zero; passed.TotalSeconds < seconds - 5; passed += Interval)
        {
            Look(endpoint, queue);
        }

        Look(Idle, Quiet);

        Assert.True(Look(endpoint, queue) is null, $"{what}: {reason}");
    }

    [Theory]
    [MemberData(nameof(DeafOnes))]
    public void Begins_anew_after_the_process_was_frozen(string what, EndpointFacts endpoint, QueueCounts? queue, int seconds, string reason)
    {
        Look(endpoint, queue);
        _now += TimeSpan.FromSeconds(seconds * 10);

        Assert.True(Look(endpoint, queue) is null, $"{what}: {reason}");
    }

    [Fact]
    public void Is_not_silence_while_messages_come()
    {
        for (var looks = 0; looks < 100; looks++)
        {
            Assert.Null(Look(Idle with { LastDelivery = _now - TimeSpan.FromSeconds(1) }, Waiting));
        }
    }

    [Fact]
    public void Of_one_endpoint_is_not_that_of_another()
    {
        string? verdict = null;
        for (var looks = 0; looks < 10 && verdict is null; looks++)
        {
            _now += Interval;
            verdict = _judge.Judge([(Idle with { Queue = "sound" }, Quiet), (Idle with { Queue = "deaf", IsReady = false }, Quiet)], _now);
        }

        Assert.StartsWith("deaf:", verdict, StringComparison.Ordinal);
    }

    private string? Look(EndpointFacts endpoint, QueueCounts? queue)
    {
        _now += Interval;
        return _judge.Judge([(endpoint, queue)], _now);
    }
}
