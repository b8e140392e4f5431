using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using EventTorrent.Contracts;
using EventTorrent.Storage.Model;
using EventTorrent.TestKit;
using Microsoft.Extensions.Options;

namespace EventTorrent.Api.Tests;

public sealed class GivingTickets
{
    private const string Path = $"/tasks/{Infohashes.One}/ticket";
    private const string Dtls = "ab3f0123456789abcdef0123456789abcdef0123456789abcdef0123456789ab";

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_ticket_names_all_that_a_viewer_needs_to_begin()
    {
        await using var host = await StartAsync();

        var answer = await PostAsync(host);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("no-store", answer.Headers.CacheControl?.ToString());
        var ticket = (await answer.Content.ReadFromJsonAsync<JsonNode>(ApiHost.Token))!;
        Assert.Equal((Infohashes.One, "attic", "/hubs/signaling"), ((string?)ticket["infohash"], (string?)ticket["volume"], (string?)ticket["signaling"]));
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        Assert.InRange((long)ticket["expires"]!, now + 1, now + 600);
        var stream = Assert.Single(ticket["streams"]!.AsArray())!;
        Assert.Equal(
            (1, "film/one.mkv", "1.hls", "master.m3u8", 90.5),
            ((int)stream["file"]!, (string?)stream["path"], (string?)stream["directory"], (string?)stream["playlist"], (double)stream["duration_s"]!));
    }

    [Fact]
    public async Task Who_has_a_ticket_watches_so_the_stream_is_kept()
    {
        await using var host = await StartAsync();
        var before = (await host.FindAsync(Infohashes.One))!;

        await PostAsync(host);

        var task = (await host.FindAsync(Infohashes.One))!;
        Assert.True(task.LastWatchedAt > before.UpdatedAt);
        Assert.Equal(before.Version, task.Version);
    }

    [Theory]
    [InlineData(nameof(TaskState.Downloading))]
    [InlineData(nameof(TaskState.Transcoding))]
    [InlineData(nameof(TaskState.Completed))]
    [InlineData(nameof(TaskState.Paused))]
    public async Task What_is_not_playable_is_refused_by_name(string state)
    {
        await using var host = await StartAsync(state);

        var answer = await PostAsync(host);

        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
        Assert.Equal("urn:eventtorrent:error:not-playable", await ApiHost.ProblemTypeAsync(answer));
    }

    [Theory]
    [InlineData($"/tasks/{Infohashes.Other}/ticket", $$"""{"dtls":"{{Dtls}}"}""", HttpStatusCode.NotFound, "unknown-task")]
    [InlineData("/tasks/xyz/ticket", $$"""{"dtls":"{{Dtls}}"}""", HttpStatusCode.BadRequest, "invalid-infohash")]
    [InlineData(Path, """{"dtls":"AB"}""", HttpStatusCode.BadRequest, "invalid-ticket-request")]
    [InlineData(Path, """{"dtls":7}""", HttpStatusCode.BadRequest, "invalid-ticket-request")]
    [InlineData(Path, """{"dtls":"\ud800"}""", HttpStatusCode.BadRequest, "invalid-ticket-request")]
    [InlineData(Path, $$"""{"dtls":"{{Dtls}}","volume":"other"}""", HttpStatusCode.BadRequest, "invalid-ticket-request")]
    [InlineData(Path, "{", HttpStatusCode.BadRequest, "invalid-ticket-request")]
    public async Task A_wrong_question_is_answered_by_name(string path, string body, HttpStatusCode status, string type)
    {
        await using var host = await StartAsync();

        var answer = await host.Client.PostAsync(path, new StringContent(body, Encoding.UTF8, "application/json"), ApiHost.Token);

        Assert.Equal((status, $"urn:eventtorrent:error:{type}"), (answer.StatusCode, await ApiHost.ProblemTypeAsync(answer)));
    }

    [Fact]
    public async Task The_node_takes_our_tickets_for_their_time_and_none_that_was_forged_or_is_of_another_server()
    {
        Assert.SkipWhen(NodeProgram.Missing is not null, NodeProgram.Missing ?? "");
        await using var host = await StartAsync();
        await using var foreign = await StartAsync();
        var good = await TokenAsync(host);
        var parts = good.Split('.');
        var other = (await TokenAsync(host, Dtls.Replace('3', '4'))).Split('.');
        string[] tickets = [good, await TokenAsync(foreign), $"{parts[0]}.{other[1]}.{parts[2]}", $"{parts[0]}.{parts[1]}.{new string('A', 86)}", "x"];

        var checks = await CheckAsync(host, aheadSeconds: 0, tickets);
        var later = await CheckAsync(host, aheadSeconds: 601, good);

        Assert.Equal(
            (Infohashes.One, "attic", Dtls, "eventtorrent-node"),
            ((string?)checks[0]["claims"]!["task"], (string?)checks[0]["claims"]!["volume"], (string?)checks[0]["claims"]!["dtls"], (string?)checks[0]["claims"]!["aud"]));
        Assert.All(checks.Skip(1), check => Assert.Equal("ticket-invalid", (string?)check["error"]));
        Assert.Equal("ticket-expired", (string?)later[0]["error"]);
    }

    [Fact]
    public async Task The_key_is_made_once_for_its_owner_alone_and_a_newer_file_takes_its_place()
    {
        Assert.SkipWhen(NodeProgram.Missing is not null, NodeProgram.Missing ?? "");
        await using var data = new TempDirectory();
        string first;
        await using (var host = await StartAsync(data: data.FullPath))
        {
            first = await TokenAsync(host);
        }

        var key = System.IO.Path.Combine(data.FullPath, "tickets", "1.pem");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, OperatingSystem.IsWindows() ? default : File.GetUnixFileMode(key));
        using (var next = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256))
        {
            await File.WriteAllTextAsync(System.IO.Path.Combine(data.FullPath, "tickets", "2.pem"), next.ExportECPrivateKeyPem(), ApiHost.Token);
        }

        await using var kept = await ApiHost.StartAsync(data.FullPath, ("Playback:CurrentKey", "1.pem"));
        await using var moved = await ApiHost.StartAsync(data.FullPath);
        var (second, third) = (await TokenAsync(kept), await TokenAsync(moved));

        Assert.Equal(HeaderOf(first), HeaderOf(second));
        Assert.NotEqual(HeaderOf(first), HeaderOf(third));
        Assert.Equal(2, (await moved.GetAsync("/tickets/keys.json"))["keys"]!.AsArray().Count);
        Assert.All(await CheckAsync(moved, 0, first, second, third), check => Assert.NotNull(check["claims"]));
    }

    [Fact]
    public async Task Keys_may_be_given_by_option_and_nothing_of_them_is_told()
    {
        using var key = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256);
        await using var host = await ApiHost.StartAsync(null, ("Playback:Keys:0", key.ExportPkcs8PrivateKeyPem()));

        var published = (await host.GetAsync("/tickets/keys.json"))["keys"]!.AsArray();

        var one = Assert.Single(published)!.AsObject();
        Assert.Equal(["alg", "crv", "kid", "kty", "use", "x", "y"], one.Select(member => member.Key).Order(StringComparer.Ordinal));
        Assert.Equal(System.Buffers.Text.Base64Url.EncodeToString(key.ExportParameters(false).Q.X), (string?)one["x"]);
        Assert.Equal(JsonNode.Parse(await File.ReadAllTextAsync(PublicKeysOf(host), ApiHost.Token))!.ToJsonString(), (await host.GetAsync("/tickets/keys.json")).ToJsonString());
        const string NoKey = "-----BEGIN PRIVATE KEY-----\nsecret\n-----END PRIVATE KEY-----";
        var wrong = await Assert.ThrowsAsync<OptionsValidationException>(() => ApiHost.StartAsync(null, ("Playback:Keys:0", NoKey)));
        Assert.DoesNotContain("secret", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_hub_elsewhere_is_told_to_viewers_and_allowed_to_pages()
    {
        await using var host = await StartAsync(settings: ("Playback:SignalingUrl", "https://signaling.example:8443/hubs/signaling"));

        var answer = await PostAsync(host);

        Assert.Equal("https://signaling.example:8443/hubs/signaling", (string?)(await answer.Content.ReadFromJsonAsync<JsonNode>(ApiHost.Token))!["signaling"]);
        Assert.Contains(
            "connect-src 'self' https://signaling.example:8443 wss://signaling.example:8443;", Assert.Single(answer.Headers.GetValues("Content-Security-Policy")),
            StringComparison.Ordinal);
    }

    private static async Task<ApiHost> StartAsync(
        string state = nameof(TaskState.Playable), string? data = null, params (string Key, string Value)[] settings)
    {
        var host = await ApiHost.StartAsync(data, settings);
        var task = ApiHost.NewTask(Infohashes.One, DateTimeOffset.UtcNow);
        task.CurrentState = state;
        task.Files.Add(new TaskFile { Index = 1, Path = "film/one.mkv", LengthBytes = 5, Selected = true });
        // A video in two parts, and the item of the whole.
        AddItem(task, 0, part: null, parts: 2);
        AddItem(task, 1, part: 0, parts: 2);
        AddItem(task, 2, part: 1, parts: 2);
        await host.AddAsync(task);
        return host;
    }

    private static void AddItem(TorrentTask task, int index, int? part, int? parts) => task.Items.Add(new WorkItem
    {
        TaskId = task.CorrelationId,
        Step = Step.Transcode,
        Index = index,
        State = WorkItemState.Done,
        FileIndex = 1,
        Part = part,
        Parts = parts,
        BoundVolume = "attic",
        CreatedAt = task.CreatedAt,
        Duration = part is null ? TimeSpan.FromSeconds(90.5) : null,
    });

    private static Task<HttpResponseMessage> PostAsync(ApiHost host, string dtls = Dtls) =>
        host.Client.PostAsJsonAsync(Path, new { dtls }, ApiHost.Token);

    private static async Task<string> TokenAsync(ApiHost host, string dtls = Dtls) =>
        (string)(await (await PostAsync(host, dtls)).Content.ReadFromJsonAsync<JsonNode>(ApiHost.Token))!["token"]!;

    private static string HeaderOf(string token) => token.Split('.')[0];

    private static string PublicKeysOf(ApiHost host) => System.IO.Path.Combine(host.DataDirectory, "tickets", "public.json");

    /// <summary>What the node's own check says to each ticket.</summary>
    private static async Task<IReadOnlyList<JsonNode>> CheckAsync(ApiHost host, int aheadSeconds, params string[] tickets)
    {
        await using var folder = new TempDirectory();
        await File.WriteAllLinesAsync(folder["tickets"], tickets, ApiHost.Token);
        var output = await ToolProcess.RunAsync(
            "node", [NodeProgram.TicketCheck, PublicKeysOf(host), $"{aheadSeconds}", folder["tickets"]], Deadline, ApiHost.Token);
        return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!)];
    }
}
