using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using EventTorrent.Contracts;
using EventTorrent.Storage.Model;
using EventTorrent.TestKit;
using Microsoft.EntityFrameworkCore;

namespace EventTorrent.Api.Tests;

public sealed class Submitting
{
    private const string Magnet = $"magnet:?xt=urn:btih:{Infohashes.One}&dn=A%20name&tr=http%3A%2F%2Ft.example%2Fsecret-passkey&x.pe=203.0.113.1:6881";

    [Theory]
    [InlineData("/tasks/")]
    [InlineData("/tasks")]
    public async Task A_new_infohash_is_a_row_with_its_first_work_item_before_the_answer(string path)
    {
        await using var host = await ApiHost.StartAsync();
        using var form = new MultipartFormDataContent { { new StringContent(Infohashes.One), "infohash" } };

        var answer = await host.Client.PostAsync(path, form, ApiHost.Token);

        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        Assert.Equal($"/tasks/{Infohashes.One}", answer.Headers.Location?.ToString());
        var body = (await answer.Content.ReadFromJsonAsync<JsonNode>(ApiHost.Token))!;
        Assert.Equal(("pending", "Pending", 10), ((string?)body["status"], (string?)body["state"], (int?)body["shots"]));
        var task = await host.FindAsync(Infohashes.One);
        Assert.NotNull(task);
        var item = Assert.Single(task.Items);
        Assert.Equal((Step.Screenshots, 0, WorkItemState.Waiting, 10), (item.Step, item.Index, item.State, item.Shots));
        Assert.Equal(task.CreatedAt, item.DueAt);
        Assert.Equal("Submitted", Assert.Single(task.Timeline).Cause);
        await host.Messages.NextAsync<WorkAdded>();
    }

    [Theory]
    [InlineData("screenshots", Wants.Screenshots, Step.Screenshots)]
    [InlineData("stream", Wants.Stream, Step.Download)]
    [InlineData("stream, screenshots", Wants.Screenshots | Wants.Stream, Step.Screenshots)]
    [InlineData("metadata", Wants.None, Step.Screenshots)]
    [InlineData("metadata, screenshots", Wants.Screenshots, Step.Screenshots)]
    public async Task What_is_wanted_says_what_is_done_first_and_is_only_ever_widened(string want, Wants wants, Step first)
    {
        await using var host = await ApiHost.StartAsync();

        await host.Client.PostAsJsonAsync("/tasks/", new { infohash = Infohashes.One, want }, ApiHost.Token);
        var task = await host.FindAsync(Infohashes.One);
        await host.Client.PostAsJsonAsync("/tasks/", new { infohash = Infohashes.One, want = "stream" }, ApiHost.Token);
        var widened = await host.FindAsync(Infohashes.One);

        Assert.Equal((wants, first), (task!.Wants, Assert.Single(task.Items).Step));
        Assert.Equal((wants | Wants.Stream, wants != (wants | Wants.Stream)), (widened!.Wants, widened.AttentionSince is not null));
    }

    [Fact]
    public async Task Each_content_type_is_read_alike()
    {
        await using var host = await ApiHost.StartAsync();
        using var form = new FormUrlEncodedContent([new("magnet", Magnet), new("shots", "12"), new("files", "3,1"), new("want", "")]);
        var json = new { magnet = Magnet.Replace(Infohashes.One, Infohashes.Other, StringComparison.Ordinal), shots = 12, files = new[] { 3, 1 } };

        var fromForm = await host.Client.PostAsync("/tasks/", form, ApiHost.Token);
        var fromJson = await host.Client.PostAsJsonAsync("/tasks/", json, ApiHost.Token);

        Assert.Equal((HttpStatusCode.Created, HttpStatusCode.Created), (fromForm.StatusCode, fromJson.StatusCode));
        foreach (var task in new[] { await host.FindAsync(Infohashes.One), await host.FindAsync(Infohashes.Other) })
        {
            Assert.NotNull(task);
            Assert.Equal(("A name", 12), (task.Name, task.Shots));
            Assert.Equal([1, 3], task.FilesAsked);
            Assert.Equal(["http://t.example/secret-passkey"], task.Trackers);
            Assert.Equal(["203.0.113.1:6881"], task.Peers);
        }
    }

    [Theory]
    [InlineData("64DZYZWMUAVLIWJUXGDIK4QGAAIN7SL6", "f7079c66cca02ab45934b9868572060010dfc97e")]
    [InlineData("C334138EF5BFC2D568EA7324E0E2A3A7EC229BDD", Infohashes.One)]
    [InlineData(Infohashes.V2, Infohashes.V2)]
    public async Task An_infohash_may_be_base32_or_v2_or_upper_case(string given, string stored)
    {
        await using var host = await ApiHost.StartAsync();

        var answer = await host.PostAsync(("infohash", given));

        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        Assert.Equal(stored, (string?)(await host.GetAsync($"/tasks/{given}"))["infohash"]);
    }

    [Fact]
    public async Task A_torrent_file_brings_its_metadata_with_it()
    {
        await using var host = await ApiHost.StartAsync();
        var torrent = Torrents.File(tracker: "http://t.example/announce");

        var answer = await host.PostTorrentAsync(torrent.Bytes, ("infohash", torrent.Infohash));

        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        var task = await host.FindAsync(torrent.Infohash);
        Assert.Equal(("video.mp4", torrent.Infohash), (task!.Name, task.InfohashV1));
        Assert.Equal(["http://t.example/announce"], task.Trackers);
        var metadata = await host.WithDbAsync(db => db.Set<TaskMetadata>().SingleAsync(ApiHost.Token));
        Assert.Equal(torrent.Info, metadata.Info);
    }

    [Fact]
    public async Task A_torrent_file_may_come_as_base64_in_JSON()
    {
        await using var host = await ApiHost.StartAsync();
        var torrent = Torrents.File();

        var answer = await host.Client.PostAsJsonAsync("/tasks/", new { torrent_file = torrent.Bytes }, ApiHost.Token);

        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        Assert.NotNull(await host.FindAsync(torrent.Infohash));
    }

    [Fact]
    public async Task The_same_again_is_200_with_the_same_shape_and_changes_nothing()
    {
        await using var host = await ApiHost.StartAsync();
        var first = await host.PostAsync(("magnet", Magnet));
        await host.Messages.NextAsync<WorkAdded>();

        var second = await host.PostAsync(("magnet", Magnet));

        Assert.Equal(HttpStatusCode.OK, second.StatusCode);
        Assert.Equal(first.Headers.Location, second.Headers.Location);
        Assert.Equal(await first.Content.ReadAsStringAsync(ApiHost.Token), await second.Content.ReadAsStringAsync(ApiHost.Token));
        Assert.Null((await host.FindAsync(Infohashes.One))!.AttentionSince);
    }

    [Fact]
    public async Task A_known_torrent_is_widened_and_never_narrowed()
    {
        await using var host = await ApiHost.StartAsync();
        await host.PostAsync(("magnet", Magnet), ("shots", "20"), ("files", "1"), ("priority", "5"));
        await host.Messages.NextAsync<WorkAdded>();

        await host.PostAsync(
            ("magnet", $"magnet:?xt=urn:btih:{Infohashes.One}&tr=udp://u.example:1/&x.pe=203.0.113.2:6881"),
            ("shots", "15"), ("files", "2"), ("priority", "-5"));

        var task = (await host.FindAsync(Infohashes.One))!;
        Assert.Equal((20, 5), (task.Shots, task.Priority));
        Assert.Equal([1, 2], task.FilesAsked);
        Assert.Equal(["http://t.example/secret-passkey", "udp://u.example:1/"], task.Trackers);
        Assert.Equal(["203.0.113.2:6881", "203.0.113.1:6881"], task.Peers);
        Assert.NotNull(task.AttentionSince);
        Assert.False(task.RestartAsked);
        Assert.Equal("Pending", task.CurrentState);
        await host.Messages.NextAsync<SubmitTorrent>();
    }

    [Fact]
    public async Task The_default_choice_of_files_is_widened_when_the_files_are_known()
    {
        await using var host = await ApiHost.StartAsync();
        await host.PostAsync(("infohash", Infohashes.One));
        await host.PostAsync(("infohash", Infohashes.One), ("files", "7"));
        Assert.Empty((await host.FindAsync(Infohashes.One))!.FilesAsked);

        await host.ChangeAsync(Infohashes.One, task =>
        {
            task.HasMetadata = true;
            task.Files.Add(new TaskFile { Index = 2, Path = "a.mkv", LengthBytes = 9, Selected = true });
            task.Files.Add(new TaskFile { Index = 7, Path = "b.mkv", LengthBytes = 1 });
        });
        await host.PostAsync(("infohash", Infohashes.One), ("files", "7"));

        Assert.Equal([2, 7], (await host.FindAsync(Infohashes.One))!.FilesAsked);
    }

    [Fact]
    public async Task Trackers_and_peers_stay_bounded()
    {
        await using var host = await ApiHost.StartAsync();
        foreach (var round in Enumerable.Range(0, 3))
        {
            var fields = Enumerable.Range(0, 60).Select(i => $"&tr=http://t{round}.example/{i}&x.pe=203.0.113.{i}:{1000 + round}");
            await host.PostAsync(("magnet", $"magnet:?xt=urn:btih:{Infohashes.One}{string.Concat(fields)}"));
        }

        var task = (await host.FindAsync(Infohashes.One))!;

        Assert.Equal((64, 64), (task.Trackers.Count, task.Peers.Count));
        Assert.StartsWith("203.0.113.0:1002", task.Peers[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failed_task_is_asked_to_start_again_and_its_state_is_left_alone()
    {
        await using var host = await ApiHost.StartAsync();
        await host.PostAsync(("infohash", Infohashes.One));
        await host.Messages.NextAsync<WorkAdded>();
        await host.ChangeAsync(Infohashes.One, task => task.CurrentState = nameof(TaskState.Failed));

        var answer = await host.PostAsync(("infohash", Infohashes.One));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var task = (await host.FindAsync(Infohashes.One))!;
        Assert.True(task.RestartAsked);
        Assert.NotNull(task.AttentionSince);
        Assert.Equal("Failed", task.CurrentState);
        await host.Messages.NextAsync<SubmitTorrent>();
    }

    [Fact]
    public async Task Two_hundred_at_once_at_two_processes_are_one_task_and_one_201()
    {
        await using var host = await ApiHost.StartAsync();
        await using var second = await ApiHost.StartAsync(host.DataDirectory);
        var torrent = Torrents.File();

        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(number =>
            (number % 2 == 0 ? host : second).PostTorrentAsync(torrent.Bytes)));

        Assert.Equal(1, answers.Count(answer => answer.StatusCode == HttpStatusCode.Created));
        Assert.Equal(199, answers.Count(answer => answer.StatusCode == HttpStatusCode.OK));
        var bodies = await Task.WhenAll(answers.Select(answer => answer.Content.ReadAsStringAsync(ApiHost.Token)));
        Assert.Single(bodies.Distinct());
        var task = (await host.FindAsync(torrent.Infohash))!;
        Assert.Single(task.Items);
        Assert.Single(task.Timeline);
        Assert.Empty(host.Log.Alarms.Concat(second.Log.Alarms));
    }

    [Fact]
    public async Task Five_hundred_torrents_at_once_are_all_taken()
    {
        await using var host = await ApiHost.StartAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 500).Select(number => host.PostAsync(("infohash", Infohashes.Numbered(number)))));

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.Created, answer.StatusCode));
        Assert.Equal(500, (int)await host.GetAsync("/tasks/queue/size"));
        Assert.Empty(host.Log.Alarms);
    }

    [Fact]
    public async Task A_broker_that_is_away_does_not_hold_the_answer_up()
    {
        await using var host = await ApiHost.StartAsync(
            null, ("Bus:Transport", "RabbitMq"), ("Bus:Address", $"amqp://127.0.0.1:{FreePort.Next()}/"));
        var clock = System.Diagnostics.Stopwatch.StartNew();

        var answer = await host.PostAsync(("infohash", Infohashes.One));

        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(5), $"It took {clock.Elapsed}.");
        Assert.NotNull(await host.FindAsync(Infohashes.One));
    }

    [Fact]
    public async Task Passkeys_are_neither_shown_nor_logged()
    {
        await using var host = await ApiHost.StartAsync();

        var answer = await host.PostAsync(("magnet", Magnet));

        var shown = await answer.Content.ReadAsStringAsync(ApiHost.Token)
            + await host.Client.GetStringAsync("/tasks/", ApiHost.Token)
            + await host.Client.GetStringAsync($"/tasks/{Infohashes.One}/timeline", ApiHost.Token);
        Assert.DoesNotContain("secret-passkey", shown + host.Log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_are_stored_without_control_characters()
    {
        await using var host = await ApiHost.StartAsync();

        await host.PostAsync(("magnet", $"magnet:?xt=urn:btih:{Infohashes.One}&dn=a%00b%0D%0Ac%1B[31m"));

        Assert.Equal("abc[31m", (await host.FindAsync(Infohashes.One))!.Name);
    }

    [Fact]
    public async Task A_body_that_is_cut_short_is_refused()
    {
        await using var host = await ApiHost.StartAsync();
        using var cut = new ByteArrayContent(Encoding.ASCII.GetBytes("--b\r\nContent-Disposition: form-data; name=\"infohash\"\r\n\r\nc334"));
        cut.Headers.TryAddWithoutValidation("Content-Type", "multipart/form-data; boundary=b");

        var answer = await host.Client.PostAsync("/tasks/", cut, ApiHost.Token);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Empty(host.Log.Alarms);
    }
}
