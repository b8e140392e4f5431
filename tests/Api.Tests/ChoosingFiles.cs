using System.Net;
using System.Text.Json.Nodes;
using EventTorrent.Contracts;
using EventTorrent.Storage.Model;
using EventTorrent.TestKit;

namespace EventTorrent.Api.Tests;

/// <summary>The files of a torrent are listed before it is submitted, and some of them are asked for.</summary>
public sealed class ChoosingFiles
{
    private const long Large = 100_000;

    private static readonly int[] Chosen = [1, 2];

    [Fact]
    public async Task The_files_of_a_torrent_are_listed_as_they_are_counted_everywhere_with_the_default_choice()
    {
        await using var host = await ApiHost.StartAsync();
        var torrent = WithFiles(
            File(Large, "Season", "1.mkv"), new Dictionary<string, object>(File(50, "pad", "50")) { ["attr"] = "p" }, File(10, "read.me"), File(Large + 5, "Season", "2.mkv"), File(Large / 10, "sample.mkv"));

        var (fromForm, fromJson) = (await AskAsync(host, torrent), await host.Client.PostAsJsonAsync("/tasks/files", new { torrent_file = torrent }, ApiHost.Token));

        var listed = await fromForm.Content.ReadFromJsonAsync<JsonNode>(ApiHost.Token);
        Assert.True(TorrentDescriptor.TryParse(torrent, out var descriptor, out _));
        Assert.Equal(
            JsonNode.Parse(
                $$"""
                {"infohash":"{{descriptor.Infohash}}","name":"A <b>season</b>","file_count":4,"max_files":50,"files":[
                {"index":0,"path":"Season/1.mkv","size_bytes":100000,"is_video":true,"selected":true},
                {"index":2,"path":"read.me","size_bytes":10,"is_video":false,"selected":false},
                {"index":3,"path":"Season/2.mkv","size_bytes":100005,"is_video":true,"selected":true},
                {"index":4,"path":"sample.mkv","size_bytes":10000,"is_video":true,"selected":false}]}
                """)!.ToJsonString(),
            listed!.ToJsonString());
        Assert.Equal(listed.ToJsonString(), (await fromJson.Content.ReadFromJsonAsync<JsonNode>(ApiHost.Token))!.ToJsonString());
        Assert.Empty((await host.GetAsync("/tasks/"))["tasks"]!.AsArray());
    }

    [Fact]
    public async Task What_was_chosen_is_asked_for_whichever_way_it_comes()
    {
        await using var host = await ApiHost.StartAsync();
        var torrents = Enumerable.Range(0, 3).Select(number => WithFiles(File(Large + number, "1.mkv"), File(Large, "2.mkv"), File(Large, "3.mkv"))).ToList();
        var line = new JsonObject { ["torrent_file"] = Convert.ToBase64String(torrents[2]), ["files"] = new JsonArray(2, 1) };
        using var lines = new StringContent(line.ToJsonString(), System.Text.Encoding.UTF8, "application/x-ndjson");

        await host.PostTorrentAsync(torrents[0], ("files", "1,2"));
        await host.Client.PostAsJsonAsync("/tasks/", new { torrent_file = torrents[1], files = Chosen }, ApiHost.Token);
        using var batch = await host.Client.PostAsync("/tasks/batch", lines, ApiHost.Token);
        await batch.Content.ReadAsStringAsync(ApiHost.Token);

        foreach (var torrent in torrents)
        {
            Assert.True(TorrentDescriptor.TryParse(torrent, out var descriptor, out _));
            Assert.Equal(Chosen, (await host.FindAsync(descriptor.Infohash.ToString()))!.FilesAsked);
        }
    }

    [Fact]
    public async Task Of_a_task_that_was_to_learn_its_files_exactly_those_are_asked_for_that_are_chosen_then()
    {
        await using var host = await ApiHost.StartAsync();
        await host.PostAsync(("infohash", Infohashes.One), ("want", "metadata"));
        Assert.Equal(0, Assert.Single((await host.FindAsync(Infohashes.One))!.Items).Shots);
        await host.ChangeAsync(Infohashes.One, task =>
        {
            (task.HasMetadata, task.CurrentState) = (true, nameof(TaskState.Completed));
            foreach (var index in Enumerable.Range(0, 3))
            {
                task.Files.Add(new TaskFile { Index = index, Path = $"{index}.mkv", LengthBytes = 9, Selected = true });
            }
        });
        var known = await host.GetAsync($"/tasks/{Infohashes.One}");
        Assert.Equal(("metadata", "success", 0), ((string?)known["want"], (string?)known["status"], (int?)known["shots_wanted"]));
        Assert.All(known["files"]!.AsArray(), file => Assert.True((bool)file!["is_video"]!));

        await host.PostAsync(("infohash", Infohashes.One), ("want", "metadata"));
        Assert.Null((await host.FindAsync(Infohashes.One))!.AttentionSince);
        await host.PostAsync(("infohash", Infohashes.One), ("shots", "3"), ("files", "1"));

        var task = (await host.FindAsync(Infohashes.One))!;
        Assert.Equal((Wants.Screenshots, 3), (task.Wants, task.Shots));
        Assert.Equal([1], task.FilesAsked);
        Assert.NotNull(task.AttentionSince);
        await host.PostAsync(("infohash", Infohashes.One), ("files", "2"));
        Assert.Equal(Chosen, (await host.FindAsync(Infohashes.One))!.FilesAsked);
    }

    [Fact]
    public async Task What_is_no_torrent_is_refused_by_name_and_a_file_is_needed()
    {
        await using var host = await ApiHost.StartAsync();

        Assert.Equal("urn:eventtorrent:error:missing-source", await ApiHost.ProblemTypeAsync(await host.Client.PostAsJsonAsync("/tasks/files", new { infohash = Infohashes.One }, ApiHost.Token)));
        foreach (var (name, torrent) in BrokenTorrents.Refused)
        {
            using var answer = await AskAsync(host, torrent);
            Assert.True(answer.StatusCode == HttpStatusCode.BadRequest, $"{name}: {answer.StatusCode}");
            Assert.Equal("urn:eventtorrent:error:invalid-torrent", await ApiHost.ProblemTypeAsync(answer));
        }

        using var large = await AskAsync(host, new byte[TorrentDescriptor.MaxLengthBytes + 1]);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, large.StatusCode);
        Assert.Empty(host.Log.Alarms);
    }

    [Fact]
    public async Task Hostile_paths_are_text_and_those_that_no_worker_takes_are_refused()
    {
        await using var host = await ApiHost.StartAsync();

        foreach (var torrent in BrokenTorrents.HostilePaths.Values.Append(BrokenTorrents.WithFiles(10_000)))
        {
            using var answer = await AskAsync(host, torrent);
            if (answer.StatusCode == HttpStatusCode.BadRequest)
            {
                continue;
            }

            var files = (await answer.Content.ReadFromJsonAsync<JsonNode>(ApiHost.Token))!["files"]!.AsArray();
            Assert.InRange(files.Count, 1, Limits.FilesInMessage);
            Assert.All(files, file => Assert.DoesNotContain((string)file!["path"]!, char.IsControl));
            Assert.All(files, file => Assert.InRange(((string)file!["path"]!).Length, 0, 256));
        }

        using var deep = await AskAsync(host, WithFiles(File(Large, [.. Enumerable.Repeat(new string('d', 1000), 5)])));
        Assert.Equal("urn:eventtorrent:error:invalid-torrent", await ApiHost.ProblemTypeAsync(deep));
    }

    private static Task<HttpResponseMessage> AskAsync(ApiHost host, byte[] torrent)
    {
        var form = new MultipartFormDataContent { { new ByteArrayContent(torrent), "torrent_file", "a.torrent" } };
        return host.Client.SendAsync(new HttpRequestMessage(HttpMethod.Post, "/tasks/files") { Content = form, Headers = { ExpectContinue = true } }, ApiHost.Token);
    }

    private static Dictionary<string, object> File(long length, params string[] path) => new() { ["length"] = length, ["path"] = path.Cast<object>().ToList() };

    private static byte[] WithFiles(params Dictionary<string, object>[] files) => Torrents.File("A <b>season</b>", change: info =>
    {
        info.Remove("length");
        info["files"] = files.Cast<object>().ToList();
        info["pieces"] = new byte[20 * ((files.Sum(file => (long)file["length"]) + 16_383) / 16_384)];
    }).Bytes;
}
