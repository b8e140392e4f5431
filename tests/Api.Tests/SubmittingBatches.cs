using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using EventTorrent.Contracts;
using EventTorrent.Storage;
using EventTorrent.Storage.Model;
using EventTorrent.TestKit;
using Microsoft.EntityFrameworkCore;

namespace EventTorrent.Api.Tests;

public abstract class SubmittingBatches(StorageProvider provider)
{
    public sealed class OnSqlite() : SubmittingBatches(StorageProvider.Sqlite);

    public sealed class OnPostgreSql() : SubmittingBatches(StorageProvider.Postgres)
    {
        /// <summary>On SQLite, who holds a row holds all.</summary>
        [Fact]
        public async Task A_task_that_somebody_holds_costs_its_own_line_only()
        {
            await using var host = await StartAsync();
            await host.PostAsync(("infohash", Infohashes.One));
            var (_, answers) = await host.WithDbAsync(async db =>
            {
                await using var transaction = await db.Database.BeginTransactionAsync(ApiHost.Token);
                await db.LoadForUpdateAsync(Infohash.Parse(Infohashes.One).ToTaskId(), ApiHost.Token);
                return await SendAsync(host, Line(new() { ["infohash"] = InfohashOf(1) }), Line(new() { ["infohash"] = Infohashes.One }), Line(new() { ["infohash"] = InfohashOf(2) }));
            });

            Assert.Equal([(1, 201), (2, 503), (3, 201)], answers.Select(answer => ((int)answer["line"]!, (int)answer["status"]!)));
            Assert.Equal("urn:eventtorrent:error:unavailable", (string?)answers[1]["type"]);
        }
    }

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(50);

    [Fact]
    public async Task Every_line_is_answered_by_a_line_and_a_bad_one_does_not_touch_the_others()
    {
        await using var host = await StartAsync();
        await host.PostAsync(("infohash", Infohashes.Other));
        var torrent = Torrents.File();

        var (status, answers) = await SendAsync(
            host,
            Line(new() { ["infohash"] = Infohashes.One, ["shots"] = 7 }),
            "",
            "{\"infohash\":",
            "[]",
            Line(new() { ["infohash"] = "c334" }),
            Line(new() { ["infohash"] = Infohashes.V2, ["shots"] = "1000" }),
            Line(new() { ["magnet"] = $"magnet:?xt=urn:btih:{Infohashes.Other}", ["want"] = "stream" }) + "\r",
            Line(new() { ["torrent_file"] = Convert.ToBase64String(torrent.Bytes) }));

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal([1, 3, 4, 5, 6, 7, 8], answers.Select(answer => (int)answer["line"]!));
        Assert.Equal([201, 400, 400, 400, 400, 200, 201], answers.Select(answer => (int)answer["status"]!));
        Assert.Equal(
            [null, "unreadable-body", "unreadable-body", "invalid-infohash", "invalid-shots", null, null],
            answers.Select(answer => ((string?)answer["type"])?.Replace("urn:eventtorrent:error:", "", StringComparison.Ordinal)));
        Assert.Equal(
            [Infohashes.One, Infohashes.Other, torrent.Infohash], answers.Select(answer => (string?)answer["infohash"]).Where(infohash => infohash is not null));
        var (added, widened) = (await host.FindAsync(Infohashes.One), await host.FindAsync(Infohashes.Other));
        Assert.Equal((7, WorkItemState.Waiting, "Submitted"), (added!.Shots, Assert.Single(added.Items).State, Assert.Single(added.Timeline).Cause));
        Assert.Equal((Wants.Screenshots | Wants.Stream, true), (widened!.Wants, widened.AttentionSince is not null));
        await host.Messages.NextAsync<WorkAdded>();
        Assert.Empty(host.Log.Alarms);
    }

    [Fact]
    public async Task One_infohash_many_times_is_one_task_that_is_widened_line_by_line()
    {
        await using var host = await StartAsync();
        var torrent = Torrents.File();

        var (_, answers) = await SendAsync(host, [.. Enumerable.Range(1, 20).Select(shots => Line(new()
        {
            ["torrent_file"] = Convert.ToBase64String(torrent.Bytes), ["shots"] = shots, ["priority"] = -shots,
        }))]);

        Assert.Equal([201, .. Enumerable.Repeat(200, 19)], answers.Select(answer => (int)answer["status"]!));
        var task = await host.FindAsync(torrent.Infohash);
        Assert.Equal((20, -1, true), (task!.Shots, task.Priority, task.AttentionSince is not null));
        Assert.Single(task.Items);
        Assert.Empty(host.Log.Alarms);
    }

    [Fact]
    public async Task Ten_thousand_lines_are_read_and_the_next_is_refused()
    {
        await using var host = await StartAsync();

        var (status, answers) = await SendAsync(
            host, [Line(new() { ["infohash"] = Infohashes.One }), .. Enumerable.Repeat("{}", 9_998), Line(new() { ["infohash"] = Infohashes.Other }), "{}", "{}"]);

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(Enumerable.Range(1, 10_001), answers.Select(answer => (int)answer["line"]!));
        Assert.Equal([201, .. Enumerable.Repeat(400, 9_998), 201, 413], answers.Select(answer => (int)answer["status"]!));
        Assert.Equal("urn:eventtorrent:error:too-many-lines", (string?)answers[^1]["type"]);
        Assert.Equal(2, await host.WithDbAsync(db => db.Tasks.CountAsync(ApiHost.Token)));
        Assert.Empty(host.Log.Alarms);
    }

    [Fact]
    public async Task A_line_that_is_too_long_is_refused_without_being_held_and_the_next_is_taken()
    {
        await using var host = await StartAsync();

        var (_, answers) = await SendAsync(
            host, $"{{\"magnet\":\"{new string('m', 3 * 1024 * 1024)}\"}}", Line(new() { ["infohash"] = Infohashes.One }), new string('x', 2 * 1024 * 1024));

        Assert.Equal([(1, 413), (2, 201), (3, 413)], answers.Select(answer => ((int)answer["line"]!, (int)answer["status"]!)));
        Assert.Equal("urn:eventtorrent:error:line-too-long", (string?)answers[0]["type"]);
    }

    [Fact]
    public async Task Answers_come_while_lines_are_sent()
    {
        await using var host = await StartAsync();
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(ApiHost.Token);
        deadline.CancelAfter(Patience);
        // By hand, as HttpClient reads no answer before it has sent all.
        using var connection = new TcpClient();
        await connection.ConnectAsync(host.Address.Host, host.Address.Port, deadline.Token);
        using var reader = new StreamReader(connection.GetStream());
        await SayAsync($"POST /tasks/batch HTTP/1.1\r\nHost: {host.Address.Authority}\r\nContent-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n");

        await SayAsync(Chunk(Line(new() { ["infohash"] = Infohashes.One }) + "\n"));
        var first = await AnswerAsync();
        await SayAsync(Chunk(Line(new() { ["infohash"] = Infohashes.Other })));
        await SayAsync(Chunk(""));
        var second = await AnswerAsync();

        Assert.Equal((1, Infohashes.One), ((int)first["line"]!, (string?)first["infohash"]));
        Assert.Equal((2, Infohashes.Other), ((int)second["line"]!, (string?)second["infohash"]));

        static string Chunk(string text) => string.Create(CultureInfo.InvariantCulture, $"{text.Length:x}\r\n{text}\r\n");

        async Task SayAsync(string text) => await connection.GetStream().WriteAsync(Encoding.ASCII.GetBytes(text), deadline.Token);

        async Task<JsonNode> AnswerAsync()
        {
            while (true)
            {
                var line = await reader.ReadLineAsync(deadline.Token);
                Assert.NotNull(line);
                if (line.StartsWith('{'))
                {
                    return JsonNode.Parse(line)!;
                }
            }
        }
    }

    [Fact]
    public async Task What_is_no_batch_is_refused_as_a_whole()
    {
        await using var host = await StartAsync();

        var form = await host.Client.PostAsync("/tasks/batch", new FormUrlEncodedContent([new("infohash", Infohashes.One)]), ApiHost.Token);
        using var large = new HttpRequestMessage(HttpMethod.Post, "/tasks/batch")
        {
            Content = new StreamContent(Stream.Null) { Headers = { { "Content-Type", "application/x-ndjson" }, { "Content-Length", "99999999" } } },
            Headers = { ExpectContinue = true },
        };
        var tooLarge = await host.Client.SendAsync(large, ApiHost.Token);

        Assert.Equal((HttpStatusCode.UnsupportedMediaType, "urn:eventtorrent:error:unsupported-media-type"), (form.StatusCode, await ApiHost.ProblemTypeAsync(form)));
        Assert.Equal((HttpStatusCode.RequestEntityTooLarge, "urn:eventtorrent:error:too-large"), (tooLarge.StatusCode, await ApiHost.ProblemTypeAsync(tooLarge)));
    }

    [Fact]
    public async Task Two_batches_of_the_same_torrents_in_opposite_order_do_not_wait_for_each_other_for_ever()
    {
        await using var host = await StartAsync();
        string[] lines = [.. Enumerable.Range(0, 400).Select(number => Line(new() { ["infohash"] = InfohashOf(number) }))];

        var both = await Task.WhenAll(SendAsync(host, lines), SendAsync(host, [.. lines.Reverse()]));
        var again = await SendAsync(host, lines);

        // One may have given up a line that the other held for long: it says so, and the line is sent again.
        Assert.All(both.SelectMany(one => one.Answers), answer => Assert.True((int)answer["status"]! is 200 or 201 or 503, answer.ToJsonString()));
        Assert.All(again.Answers, answer => Assert.InRange((int)answer["status"]!, 200, 201));
        Assert.Equal(400, both.Append(again).SelectMany(one => one.Answers).Count(answer => (int)answer["status"]! == 201));
        Assert.Equal(400, await host.WithDbAsync(db => db.Tasks.CountAsync(ApiHost.Token)));
    }

    private static string Line(JsonObject line) => line.ToJsonString();

    private static string InfohashOf(int number) => number.ToString("x40", CultureInfo.InvariantCulture);

    private static async Task<(HttpStatusCode Status, IReadOnlyList<JsonNode> Answers)> SendAsync(ApiHost host, params string[] lines)
    {
        var content = new StringContent(string.Join('\n', lines), Encoding.UTF8, "application/x-ndjson");
        var response = await host.Client.PostAsync("/tasks/batch", content, ApiHost.Token);
        Assert.Equal("application/x-ndjson", response.Content.Headers.ContentType?.MediaType);
        var text = await response.Content.ReadAsStringAsync(ApiHost.Token);
        return (response.StatusCode, [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!)]);
    }

    private async Task<ApiHost> StartAsync()
    {
        Assert.SkipWhen(provider == StorageProvider.Postgres && LocalPostgres.Missing is not null, LocalPostgres.Missing ?? "");
        return provider == StorageProvider.Sqlite
            ? await ApiHost.StartAsync()
            : await ApiHost.StartAsync(
                null,
                ("Storage:Provider", "Postgres"),
                ("Storage:ConnectionString", await (await SharedServers.PostgresAsync()).CreateDatabaseAsync(ApiHost.Token)));
    }
}
