using System.Net;
using System.Text.Json.Nodes;
using EventTorrent.Contracts;
using EventTorrent.Storage.Model;

namespace EventTorrent.Api.Tests;

public sealed class Controlling
{
    private const string Path = $"/tasks/{Infohashes.One}";

    [Fact]
    public async Task A_pause_is_a_wish_in_the_row_and_a_nudge_and_may_be_said_twice()
    {
        await using var host = await StartAsync(nameof(TaskState.Screenshotting));

        var first = await PostAsync(host, "pause");
        await host.Messages.NextAsync<SubmitTorrent>();
        var asked = (await host.FindAsync(Infohashes.One))!.AttentionSince;
        var second = await PostAsync(host, "pause");

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (first.StatusCode, second.StatusCode));
        Assert.Equal(Infohashes.One, (string?)(await first.Content.ReadFromJsonAsync<JsonNode>(ApiHost.Token))!["infohash"]);
        var task = (await host.FindAsync(Infohashes.One))!;
        Assert.Equal((true, "Screenshotting", asked), (task.PauseAsked, task.CurrentState, task.AttentionSince));
        Assert.NotNull(asked);
    }

    [Fact]
    public async Task Who_watches_says_so_and_nothing_else_changes()
    {
        await using var host = await StartAsync(nameof(TaskState.Playable));
        var before = (await host.FindAsync(Infohashes.One))!;

        var answer = await PostAsync(host, "watched");

        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        var task = (await host.FindAsync(Infohashes.One))!;
        Assert.True(task.LastWatchedAt > before.UpdatedAt);
        Assert.Equal((before.Version, before.AttentionSince), (task.Version, task.AttentionSince));
    }

    [Fact]
    public async Task A_resume_takes_the_wish_back()
    {
        await using var host = await StartAsync(nameof(TaskState.Paused), task => task.PauseAsked = true);

        var answer = await PostAsync(host, "resume");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var task = (await host.FindAsync(Infohashes.One))!;
        Assert.Equal((false, "Paused"), (task.PauseAsked, task.CurrentState));
        await host.Messages.NextAsync<SubmitTorrent>();
    }

    [Theory]
    [InlineData(WorkItemState.Failed, "Failed")]
    [InlineData(WorkItemState.Failed, "Completed")]
    [InlineData(WorkItemState.Waiting, "Fetching")]
    public async Task A_retry_is_for_what_has_failed_in_whole_or_in_part_or_waits_for_its_next_attempt(WorkItemState item, string state)
    {
        await using var host = await StartAsync(state, task =>
            (task.Items[0].State, task.Items[0].FailureKind) = (item, FailureKind.MetadataTimeout));

        var answers = new[] { await PostAsync(host, "retry"), await PostAsync(host, "retry") };

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
        Assert.True((await host.FindAsync(Infohashes.One))!.RestartAsked);
        await host.Messages.NextAsync<SubmitTorrent>();
    }

    [Theory]
    [InlineData("pause", "Completed", false, "task-ended")]
    [InlineData("pause", "Failed", false, "task-ended")]
    [InlineData("resume", "Failed", false, "task-ended")]
    [InlineData("retry", "Pending", false, "not-failed")]
    [InlineData("retry", "Completed", false, "not-failed")]
    [InlineData("retry", "Paused", true, "task-paused")]
    public async Task What_makes_no_sense_is_409_by_name_and_changes_nothing(string wish, string state, bool isPaused, string type)
    {
        await using var host = await StartAsync(state, task => task.PauseAsked = isPaused);

        var answer = await PostAsync(host, wish);

        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
        Assert.Equal($"urn:eventtorrent:error:{type}", await ApiHost.ProblemTypeAsync(answer));
        var task = (await host.FindAsync(Infohashes.One))!;
        Assert.Equal((isPaused, false, null), (task.PauseAsked, task.RestartAsked, task.AttentionSince));
    }

    [Fact]
    public async Task A_priority_is_set_higher_or_lower()
    {
        await using var host = await StartAsync(nameof(TaskState.Pending), task => task.Priority = 5);

        var answer = await PatchAsync(host, """{"priority":-7}""");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(-7, (int?)(await answer.Content.ReadFromJsonAsync<JsonNode>(ApiHost.Token))!["priority"]);
        Assert.NotNull((await host.FindAsync(Infohashes.One))!.AttentionSince);
        await host.Messages.NextAsync<SubmitTorrent>();
    }

    [Theory]
    [InlineData("""{"priority":101}""", "application/json", HttpStatusCode.BadRequest, "invalid-priority")]
    [InlineData("""{"priority":"5"}""", "application/json", HttpStatusCode.BadRequest, "invalid-priority")]
    [InlineData("""{"priority":1.5}""", "application/json", HttpStatusCode.BadRequest, "invalid-priority")]
    [InlineData("""{"priority":5,"shots":60}""", "application/json", HttpStatusCode.BadRequest, "invalid-priority")]
    [InlineData("""{}""", "application/json", HttpStatusCode.BadRequest, "invalid-priority")]
    [InlineData("""[5]""", "application/json", HttpStatusCode.BadRequest, "invalid-priority")]
    [InlineData("""{"\ud800":5}""", "application/json", HttpStatusCode.BadRequest, "invalid-priority")]
    [InlineData("""{"priority":""", "application/json", HttpStatusCode.BadRequest, "invalid-priority")]
    [InlineData("""{"priority":5}""", "text/plain", HttpStatusCode.UnsupportedMediaType, "unsupported-media-type")]
    public async Task Any_other_patch_is_refused(string body, string type, HttpStatusCode status, string problem)
    {
        await using var host = await StartAsync(nameof(TaskState.Pending));

        var answer = await PatchAsync(host, body, type);

        Assert.Equal(status, answer.StatusCode);
        Assert.Equal($"urn:eventtorrent:error:{problem}", await ApiHost.ProblemTypeAsync(answer));
        Assert.Null((await host.FindAsync(Infohashes.One))!.AttentionSince);
        Assert.Empty(host.Log.Alarms);
    }

    [Fact]
    public async Task A_patch_that_is_too_long_is_not_read()
    {
        await using var host = await StartAsync(nameof(TaskState.Pending));

        var answer = await PatchAsync(host, $$"""{"priority":{{new string(' ', 100_000)}}5}""");

        Assert.True(answer.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.RequestEntityTooLarge, $"{answer.StatusCode}");
        Assert.Equal(0, (await host.FindAsync(Infohashes.One))!.Priority);
        Assert.Empty(host.Log.Alarms);
    }

    [Theory]
    [InlineData("POST", "/pause")]
    [InlineData("POST", "/resume")]
    [InlineData("POST", "/retry")]
    [InlineData("POST", "/watched")]
    [InlineData("PATCH", "")]
    public async Task An_unknown_task_is_404_and_no_infohash_is_400(string method, string part)
    {
        await using var host = await ApiHost.StartAsync();

        var unknown = await SendAsync($"/tasks/{Infohashes.Other}{part}");
        var invalid = await SendAsync($"/tasks/nope{part}");

        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.BadRequest), (unknown.StatusCode, invalid.StatusCode));
        Assert.Equal("urn:eventtorrent:error:unknown-task", await ApiHost.ProblemTypeAsync(unknown));
        Assert.Equal("urn:eventtorrent:error:invalid-infohash", await ApiHost.ProblemTypeAsync(invalid));

        Task<HttpResponseMessage> SendAsync(string path) => host.Client.SendAsync(
            new HttpRequestMessage(new HttpMethod(method), path) { Content = JsonContent.Create(new { priority = 1 }) }, ApiHost.Token);
    }

    [Fact]
    public async Task A_submission_of_a_paused_task_widens_it_and_does_not_resume_it()
    {
        await using var host = await StartAsync(nameof(TaskState.Paused), task => task.PauseAsked = true);

        await host.PostAsync(("infohash", Infohashes.One), ("shots", "20"));

        var task = (await host.FindAsync(Infohashes.One))!;
        Assert.Equal((true, "Paused", 20, false), (task.PauseAsked, task.CurrentState, task.Shots, task.RestartAsked));
    }

    [Fact]
    public async Task What_is_deleted_and_submitted_again_begins_above_the_leases_of_its_earlier_life()
    {
        await using var host = await StartAsync(nameof(TaskState.Screenshotting), task => task.Items[0].Lease = 3);

        await host.Client.DeleteAsync(Path, ApiHost.Token);
        Assert.Equal(3, (await host.Messages.NextAsync<StopWork>()).Lease);
        await host.PostAsync(("infohash", Infohashes.One));

        var again = (await host.FindAsync(Infohashes.One))!;
        // Neither a report of the old worker nor a picture of its plan passes for one of now.
        Assert.Equal((4, 4, 4), (again.LeaseFloor, again.Items[0].Lease, again.Items[0].PlanLease));
    }

    private static async Task<ApiHost> StartAsync(string state, Action<TorrentTask>? change = null)
    {
        var host = await ApiHost.StartAsync();
        var task = ApiHost.NewTask(Infohashes.One, DateTimeOffset.UnixEpoch);
        task.CurrentState = state;
        task.Items.Add(new WorkItem { State = WorkItemState.Running, Shots = 10 });
        change?.Invoke(task);
        await host.AddAsync(task);
        return host;
    }

    private static Task<HttpResponseMessage> PostAsync(ApiHost host, string wish) => host.Client.PostAsync($"{Path}/{wish}", null, ApiHost.Token);

    private static Task<HttpResponseMessage> PatchAsync(ApiHost host, string body, string type = "application/json") =>
        host.Client.PatchAsync(Path, new StringContent(body, System.Text.Encoding.UTF8, type), ApiHost.Token);
}
