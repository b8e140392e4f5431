using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using EventTorrent.Contracts;
using EventTorrent.Storage.Model;

namespace EventTorrent.Api.Tests;

/// <summary>The address that preview bots ask.</summary>
public sealed class PreviewingLinks
{
    private const string Magnet = $"magnet:?xt=urn:btih:{Infohashes.One}&dn=A+film";

    [Fact]
    public async Task What_is_known_is_answered_at_once_in_the_shape_that_bots_read()
    {
        await using var host = await ApiHost.StartAsync(null, ("Api:LinkWait", "00:01:00"));
        await host.AddAsync(Known(nameof(TaskState.Completed)));
        var watch = Stopwatch.StartNew();

        var (status, answer) = await AskAsync(host, Magnet);

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20));
        Assert.Equal(["error", "type", "file_type", "name", "size", "count", "screenshots"], answer.AsObject().Select(member => member.Key));
        Assert.Equal(
            ("", "FOLDER", "video", "A film", 1234, 2),
            ((string?)answer["error"], (string?)answer["type"], (string?)answer["file_type"], (string?)answer["name"], (int)answer["size"]!, (int)answer["count"]!));
        var shot = Assert.Single(answer["screenshots"]!.AsArray())!;
        Assert.Equal(28, (int)shot["time"]!);
        Assert.StartsWith($"{host.Address}tasks/{Infohashes.One}/screenshots/0/0.jpg", (string?)shot["screenshot"], StringComparison.Ordinal);
        Assert.Null((await host.FindAsync(Infohashes.One))!.AttentionSince);
    }

    [Fact]
    public async Task What_is_not_known_is_submitted_and_answered_when_it_is_there()
    {
        await using var host = await ApiHost.StartAsync(null, ("Api:LinkWait", "00:01:00"));

        var asking = AskAsync(host, Magnet);
        await host.Messages.NextAsync<WorkAdded>();
        await host.ChangeAsync(Infohashes.One, task =>
        {
            var known = Known(nameof(TaskState.Completed));
            task.Screenshots.AddRange(known.Screenshots);
            task.Files.AddRange(known.Files);
            task.CurrentState = known.CurrentState;
        });

        Assert.Single((await asking).Answer["screenshots"]!.AsArray());
    }

    [Fact]
    public async Task The_wait_is_short_and_says_that_it_was_too_short()
    {
        await using var host = await ApiHost.StartAsync(null, ("Api:LinkWait", "00:00:01"));

        var (status, answer) = await AskAsync(host, Infohashes.One);

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Contains("ask again", (string?)answer["error"], StringComparison.Ordinal);
        Assert.Equal(("UNKNOWN", 0), ((string?)answer["type"], answer["screenshots"]!.AsArray().Count));
        Assert.NotNull(await host.FindAsync(Infohashes.One));
    }

    [Fact]
    public async Task A_torrent_that_gives_no_pictures_says_why()
    {
        await using var host = await ApiHost.StartAsync();
        var task = ApiHost.NewTask(Infohashes.One, DateTimeOffset.UnixEpoch);
        task.CurrentState = nameof(TaskState.Failed);
        (task.FailureKind, task.FailureMessage) = (FailureKind.PackedArchive, PackedArchives.Describe(".rar"));
        task.Files.Add(new TaskFile { TaskId = task.CorrelationId, Index = 0, Path = "film.rar", LengthBytes = 9 });
        await host.AddAsync(task);

        var (_, answer) = await AskAsync(host, Magnet);

        Assert.Equal("archive", (string?)answer["file_type"]);
        Assert.StartsWith("PackedArchive: The videos are inside an archive (.rar)", (string?)answer["error"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_torrent_of_which_the_files_alone_are_known_gets_pictures()
    {
        await using var host = await ApiHost.StartAsync(null, ("Api:LinkWait", "00:00:01"));
        var task = Known(nameof(TaskState.Completed));
        task.Wants = Wants.None;
        task.Screenshots.Clear();
        await host.AddAsync(task);

        await AskAsync(host, Magnet);

        var wanted = (await host.FindAsync(Infohashes.One))!;
        Assert.Equal((Wants.Screenshots, true), (wanted.Wants, wanted.AttentionSince is not null));
    }

    [Fact]
    public async Task A_torrent_that_could_not_be_had_is_tried_again()
    {
        await using var host = await ApiHost.StartAsync(null, ("Api:LinkWait", "00:00:01"));
        var task = ApiHost.NewTask(Infohashes.One, DateTimeOffset.UnixEpoch);
        (task.CurrentState, task.FailureKind) = (nameof(TaskState.Failed), FailureKind.MetadataTimeout);
        await host.AddAsync(task);

        await AskAsync(host, Magnet);

        Assert.True((await host.FindAsync(Infohashes.One))!.RestartAsked);
    }

    [Theory]
    [InlineData("")]
    [InlineData("http://127.0.0.1/x.torrent")]
    [InlineData("file:///etc/passwd")]
    [InlineData("magnet:?dn=x")]
    [InlineData("ed2k://|file|x|1|0|/")]
    public async Task Anything_else_is_refused_in_the_same_shape(string url)
    {
        await using var host = await ApiHost.StartAsync();

        var (status, answer) = await AskAsync(host, url);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.NotEqual("", (string?)answer["error"]);
        Assert.Empty(answer["screenshots"]!.AsArray());
    }

    [Fact]
    public async Task A_page_of_another_site_can_not_start_work_by_it()
    {
        await using var host = await ApiHost.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/link?url={Infohashes.One}") { Headers = { { "Sec-Fetch-Site", "cross-site" } } };

        var answer = await host.Client.SendAsync(request, ApiHost.Token);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Null(await host.FindAsync(Infohashes.One));
    }

    private static TorrentTask Known(string state)
    {
        var task = ApiHost.NewTask(Infohashes.One, DateTimeOffset.UnixEpoch);
        (task.CurrentState, task.HasMetadata, task.Name, task.SizeBytes, task.FileCount) = (state, true, "A film", 1234, 2);
        task.Files.Add(new TaskFile { TaskId = task.CorrelationId, Index = 0, Path = "a.mkv", LengthBytes = 1230, Selected = true });
        task.Files.Add(new TaskFile { TaskId = task.CorrelationId, Index = 1, Path = "a.nfo", LengthBytes = 4 });
        task.Screenshots.Add(new StoredScreenshot
        {
            TaskId = task.CorrelationId, Width = 640, Height = 360, LengthBytes = 9,
            WantedAt = TimeSpan.FromSeconds(30), TakenAt = TimeSpan.FromSeconds(28.4), StoredAt = DateTimeOffset.UnixEpoch,
        });
        return task;
    }

    private static async Task<(HttpStatusCode Status, JsonNode Answer)> AskAsync(ApiHost host, string url)
    {
        var answer = await host.Client.GetAsync($"/api/v1/link?url={Uri.EscapeDataString(url)}", ApiHost.Token);
        return (answer.StatusCode, (await answer.Content.ReadFromJsonAsync<JsonNode>(ApiHost.Token))!);
    }
}
