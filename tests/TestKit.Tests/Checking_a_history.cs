namespace EventTorrent.TestKit.Tests;

public class Checking_a_history
{
    private const string Infohash = "00112233445566778899aabbccddeeff00112233";

    /// <summary>One task of two pictures, whose first worker went away.</summary>
    private static readonly History Sound = new()
    {
        Tasks = [new(Infohash, "Completed", null)],
        Changes =
        [
            new(Infohash, 0, "Waiting", 0, null, null, 0, null),
            new(Infohash, 0, "Queued", 1, null, null, 0, null),
            new(Infohash, 0, "Running", 1, "a", null, 0, null),
            new(Infohash, 0, "Running", 1, "a", 0, 1, null),
            new(Infohash, 0, "Waiting", 1, "a", 0, 1, null),
            new(Infohash, 0, "Queued", 2, null, 0, 1, null),
            new(Infohash, 0, "Running", 2, "b", 0, 1, null),
            new(Infohash, 0, "Storing", 2, "b", 0, 1, 3),
            new(Infohash, 0, "Done", 2, "b", 0, 3, 3),
        ],
        Timeline = [new(Infohash, "Pending", null), new(Infohash, "Fetching", 1), new(Infohash, "Screenshotting", 1), new(Infohash, "Completed", 2)],
        Pictures = [new(Infohash, 0, 0, 100), new(Infohash, 0, 1, 100)],
        Files = [new(Infohash, 0, 0, 100), new(Infohash, 0, 1, 100)],
        Reports = [new("StepStarted", Infohash, 0, 1, "a"), new("StepStarted", Infohash, 0, 2, "b"), new("StepStarted", Infohash, 0, 2, "b"), new("StepCompleted", Infohash, 0, 2, null)],
        DeadLetters = new Dictionary<string, int> { ["saga.torrent_error"] = 0 },
    };

    /// <summary>Each is sound but for one thing.</summary>
    private static readonly Dictionary<string, (History History, string Says)> Broken = new()
    {
        ["a task that never ends"] = (Sound with { Tasks = [new(Infohash, "Screenshotting", null)] }, "did not end"),
        ["a failure without a cause"] = (Sound with { Tasks = [new(Infohash, "Failed", null)] }, "without a cause"),
        ["a completed task whose item goes on"] = (Sound with { Changes = [.. Sound.Changes.SkipLast(1)] }, "its item 0 is Storing"),
        ["a promise that was not kept"] = (Sound with { Changes = [.. Sound.Changes.SkipLast(1), Sound.Changes[^1] with { PromisedBits = 7 }] }, "without all that it promised"),
        ["a completed task with nothing"] = (Sound with { Changes = [.. Sound.Changes.SkipLast(1), Sound.Changes[^1] with { State = "Failed" }] }, "brought nothing"),
        ["a picture that is counted and not in the table"] = (Sound with { Pictures = [Sound.Pictures[0]], Files = [Sound.Files[0]] }, "counts 2 pictures, and the table has 1"),
        ["a picture twice in the table"] = (Sound with { Pictures = [.. Sound.Pictures, Sound.Pictures[0] with { LengthBytes = 99 }] }, "is in the table 2 times"),
        ["a picture that is not on the disk"] = (Sound with { Files = [Sound.Files[0]] }, "in the table and not"),
        ["a picture that was cut short"] = (Sound with { Files = [Sound.Files[0], Sound.Files[1] with { LengthBytes = 50 }] }, "in the table and not"),
        ["a picture that nobody knows of"] = (Sound with { Files = [.. Sound.Files, new(Infohash, 0, 2, 100)] }, "on the disk and not"),
        ["a lease that falls"] = (Sound with { Changes = [.. Sound.Changes.Take(7), Sound.Changes[3], .. Sound.Changes.Skip(7)] }, "from lease 2 to 1"),
        ["a lease that was left out"] = (Sound with { Changes = [.. Sound.Changes.Select(change => change.Lease == 2 ? change with { Lease = 3 } : change)] }, "from lease 1 to 3"),
        ["a lease that changes hands"] = (Sound with { Changes = [.. Sound.Changes.SkipLast(1), Sound.Changes[^1] with { Worker = "a" }] }, "went from b to a"),
        ["a lease that two began under"] = (Sound with { Reports = [.. Sound.Reports, new("StepStarted", Infohash, 0, 2, "c")] }, "was begun by b and c"),
        ["a worker that was accepted under another lease than its own"] = (Sound with { Reports = [.. Sound.Reports.Where(report => report.Worker != "b"), new("StepStarted", Infohash, 0, 1, "b")] }, "never began under it"),
        ["a completion that was accepted under an old lease"] = (Sound with { Reports = [.. Sound.Reports.Take(3), new("StepCompleted", Infohash, 0, 1, null)] }, "nobody said so under it"),
        ["a timeline that goes back"] = (Sound with { Timeline = [.. Sound.Timeline, new(Infohash, "Screenshotting", 1)] }, "after a report under lease 2"),
        ["a dead letter"] = (Sound with { DeadLetters = new Dictionary<string, int> { ["saga.torrent_error"] = 2 } }, "2 messages lie in saga.torrent_error"),
    };

    public static TheoryData<string> Violations => [.. Broken.Keys];

    [Fact]
    public void Nothing_is_wrong_with_a_sound_one() => Assert.Empty(HistoryChecker.Check(Sound));

    [Theory]
    [MemberData(nameof(Violations))]
    public void Every_violation_is_found(string violation)
    {
        var (history, says) = Broken[violation];

        Assert.Contains(HistoryChecker.Check(history), found => found.Contains(says, StringComparison.Ordinal));
    }

    /// <summary>Each step counts its items from 0, and each item its leases from 1.</summary>
    [Fact]
    public void Items_of_one_number_in_two_steps_are_two()
    {
        var both = Sound with
        {
            Changes = [.. Sound.Changes, new(Infohash, 0, "Running", 1, "c", null, 0, null) { Step = "Download" }],
            Reports = [.. Sound.Reports, new("StepStarted", Infohash, 0, 1, "c") { Step = "Download" }],
            Tasks = [new(Infohash, "Playable", null)],
        };

        Assert.Empty(HistoryChecker.Check(both));
        Assert.NotEmpty(HistoryChecker.Check(both with { Reports = [.. both.Reports, new("StepStarted", Infohash, 0, 1, "d") { Step = "Download" }] }));
    }

    [Fact]
    public void Reports_that_a_killed_broker_lost_are_no_violation() =>
        Assert.Empty(HistoryChecker.Check(Sound with { Reports = [], BusIsWhole = false }));
}
