using System.Net;
using System.Text.RegularExpressions;
using EventTorrent.TestKit;

namespace EventTorrent.Hosting.Tests;

/// <summary>What Prometheus reads.</summary>
public sealed partial class Metrics
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_process_says_how_a_task_went_and_nothing_says_whose()
    {
        var torrent = await Films.TorrentAsync(Cancellation);
        await using var peer = new ScriptedPeer(torrent);
        await using var deployment = await Deployment.CreateAsync();
        await deployment.StartApiAndSagasAsync();
        var worker = await deployment.StartWorkerAsync();
        var download = await deployment.StartAsync("Workers.Download", ("Torrents:Dht", "false"));
        var transcode = await deployment.StartAsync("Workers.Transcode");
        var signaling = await deployment.StartAsync("Signaling");
        await deployment.WaitUntilReadyAsync();

        await deployment.SubmitAsync(torrent, peer.Endpoint, Films.Shots);
        await deployment.WaitForAsync(torrent, task => (string?)task["state"] == "Completed");

        await ScrapeUntilAsync(deployment.Sagas, text =>
            text.Find("eventtorrent_tasks", "state=\"Completed\"") == 1
            && text.Find("eventtorrent_work_items", "step=\"Screenshots\"", "state=\"Done\"") == 1
            && text.Find("eventtorrent_task_transitions_total", "state=\"Completed\"") >= 1
            && text.Find("eventtorrent_leases_issued_total", "step=\"Screenshots\"") >= 1
            && text.Find("eventtorrent_task_first_shot_seconds_count") >= 1);
        var api = await ScrapeUntilAsync(deployment.Api, text =>
            text.Find("eventtorrent_queue_messages", "queue=\"work.screenshot\"", "kind=\"ready\"") == 0
            && text.Find("eventtorrent_queue_consumers", "queue=\"work.screenshot\"") == 1
            && text.Find("eventtorrent_broker_reachable") == 1
            && text.Find("eventtorrent_submissions_total", "outcome=\"Added\"") == 1
            && text.Find("eventtorrent_pictures_stored_total") >= Films.Shots
            && text.Find("http_server_request_duration_seconds_count") >= 1);
        var work = await ScrapeUntilAsync(worker, text =>
            text.Find("eventtorrent_work_duration_seconds_count", "step=\"Screenshots\"", "outcome=\"Completed\"") == 1
            && text.Find("eventtorrent_work_running", "step=\"Screenshots\"") == 0
            && text.Find("eventtorrent_work_slots", "step=\"Screenshots\"") == 4
            && text.Find("eventtorrent_screenshots_taken_total", "verified=\"false\"") == Films.Shots
            && text.Find("eventtorrent_work_fetched_bytes_total", "step=\"Screenshots\"") > 0);
        await ScrapeUntilAsync(download, text => text.Find("eventtorrent_work_slots", "step=\"Download\"") == 4);
        await ScrapeUntilAsync(transcode, text => text.Find("eventtorrent_work_slots", "step=\"Transcode\"") == 1);
        await ScrapeUntilAsync(signaling, text => text.Find("eventtorrent_signaling_viewers") == 0 && text.Find("eventtorrent_signaling_nodes") == 0);

        Assert.All(Dashboards.OfTheRuntime, name => Assert.Contains(name, api.Families));
        Assert.True(work.Find("eventtorrent_screenshots_fetched_bytes_total") >= work.Find("eventtorrent_screenshots_needed_bytes_total"));
        Assert.True(work.Find("eventtorrent_screenshots_fetched_bytes_total") < work.Find("eventtorrent_screenshots_file_bytes_total"));
    }

    [Fact]
    public async Task An_address_of_their_own_has_metrics_and_health_under_any_name_and_nothing_of_the_door()
    {
        var address = new Uri($"http://127.0.0.1:{FreePort.Next()}");
        await using var data = new TempDirectory();
        await using var api = await HostProcess.StartAsync("Api", ("Storage:DataDirectory", data.FullPath), ("Metrics:Address", address.ToString()));
        await api.WaitForHealthAsync("ready", HttpStatusCode.OK);
        using var client = new HttpClient { BaseAddress = address, Timeout = Deadline };
        client.DefaultRequestHeaders.Host = "10.1.2.3:9464";

        Assert.Contains("dotnet_", await client.GetStringAsync("/metrics", Cancellation), StringComparison.Ordinal);
        Assert.Contains("healthy", await client.GetStringAsync("/health/live", Cancellation), StringComparison.Ordinal);
        Assert.Contains("healthy", await client.GetStringAsync("/health/ready", Cancellation), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(client, "/tasks/"));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(client, "/"));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(api.Client, "/metrics"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(api.Client, "/tasks/"));
        Assert.Equal(0, (await api.StopAsync()).Code);
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client, string path)
    {
        using var answer = await client.GetAsync(path, Cancellation);
        return answer.StatusCode;
    }

    /// <summary>Counters are there at once, censuses at their next look.</summary>
    private static async Task<PrometheusText> ScrapeUntilAsync(HostProcess process, Predicate<PrometheusText> condition)
    {
        var (text, last) = ("", PrometheusText.Parse(""));
        await Poll.UntilAsync(
            "the metrics are as expected",
            async cancellationToken =>
            {
                text = await process.Client.GetStringAsync("/metrics", cancellationToken);
                last = PrometheusText.Parse(text);
                return condition(last);
            },
            Deadline, Cancellation, () => text);
        Assert.True(last.Find("process_start_time_seconds") > 1.7e9, text);
        Assert.Equal(0, last.Find("eventtorrent_watchdog_firings_total"));
        Assert.True(last.Find("dotnet_process_memory_working_set_bytes") > 1e6, text);
        Assert.DoesNotMatch(Infohash(), text);
        Assert.DoesNotContain("127.0.0.", text, StringComparison.Ordinal);
        Assert.Subset(MetricNames.Documented(), last.Families.Where(family => family.StartsWith("eventtorrent_", StringComparison.Ordinal)).ToHashSet());
        return last;
    }

    [GeneratedRegex("[0-9a-fA-F]{40}")]
    private static partial Regex Infohash();
}
