using EventTorrent.Contracts;
using EventTorrent.TestKit;

namespace EventTorrent.AllInOne.Tests;

public sealed class Tracing
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(120);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_trace_leads_from_the_post_over_the_bus_to_ffmpeg()
    {
        var torrent = await Films.TorrentAsync(Cancellation);
        await using var peer = new ScriptedPeer(torrent);
        await using var directory = new TempDirectory();
        await using var collector = new OtlpCollector();
        await using var server = await Server.StartAsync(
            directory.FullPath, ("Tracing:Endpoint", collector.Endpoint.ToString()), ("Tracing:Protocol", "Http"));
        Assert.True(Infohash.TryParse(torrent.Infohash, out var infohash));
        var trace = infohash.ToTaskId().ToString("N");

        await server.SubmitAsync(("magnet", torrent.Magnet(peer.Endpoint)), ("shots", "2"));
        var task = await server.WaitForAsync(torrent.Infohash, JsonExtensions.IsOver, Deadline);
        List<OtlpSpan> spans = [];
        await Poll.UntilAsync(
            "the spans have been sent",
            () => (spans = [.. collector.Spans.Where(span => span.Trace == trace)]).Exists(span => span.Name == "ffmpeg")
                && spans.Exists(span => span.Name == "slice")
                && collector.Spans.Any(span => spans.Exists(submit => submit.Name == "submit" && submit.Links.Contains(span.Id))),
            Deadline, Cancellation, () => string.Join('\n', collector.Spans));

        Assert.Equal("Completed", task.State());
        var submit = spans.Single(span => span.Name == "submit");
        var post = collector.Spans.Single(span => submit.Links.SequenceEqual([span.Id]));
        Assert.NotEqual(trace, post.Trace);
        Assert.Equal([submit.Id], post.Links);
        // Upwards from ffmpeg: the work, its message, the Dispatcher that sent it, the task.
        var way = Upwards(spans, spans.First(span => span.Name == "ffmpeg")).ToList();
        Assert.Contains(way, span => span.Name == "slice");
        Assert.Contains(way, span => span.Name.Contains(Queues.ScreenshotWork, StringComparison.Ordinal));
        Assert.Equal("issue", way[^1].Name);
        Assert.Equal(submit.Parent, way[^1].Parent);
        Assert.Contains(spans, span => span.Name == "fetch");
    }

    private static IEnumerable<OtlpSpan> Upwards(List<OtlpSpan> spans, OtlpSpan from)
    {
        for (var at = from; at is not null; at = spans.Find(span => span.Id == at.Parent))
        {
            yield return at;
        }
    }
}
