using System.Text;
using EventTorrent.TestKit;

namespace EventTorrent.AllInOne.Tests;

public sealed class Measuring
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(120);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_address_has_the_metrics_of_all_parts()
    {
        var torrent = await Films.TorrentAsync(Cancellation);
        await using var peer = new ScriptedPeer(torrent);
        await using var directory = new TempDirectory();
        await using var server = await Server.StartAsync(directory.FullPath);

        await server.SubmitAsync(("magnet", torrent.Magnet(peer.Endpoint)), ("shots", "2"));
        await server.WaitForAsync(torrent.Infohash, JsonExtensions.IsOver, Deadline);

        var text = "";
        await Poll.UntilAsync(
            "the metrics are as expected",
            async _ =>
            {
                var metrics = PrometheusText.Parse(text = Encoding.UTF8.GetString(await server.GetBytesAsync("/metrics")));
                return metrics.Find("eventtorrent_tasks", "state=\"Completed\"") == 1
                    && metrics.Find("eventtorrent_submissions_total", "outcome=\"Added\"") == 1
                    && metrics.Find("eventtorrent_screenshots_taken_total") == 2
                    && metrics.Find("eventtorrent_work_slots", "step=\"Transcode\"") >= 1
                    && metrics.Find("eventtorrent_signaling_viewers") == 0;
            },
            Deadline, Cancellation, () => text);
        Assert.DoesNotContain(torrent.Infohash, text, StringComparison.OrdinalIgnoreCase);
    }
}
