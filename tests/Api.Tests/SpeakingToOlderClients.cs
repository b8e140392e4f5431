using System.Net;
using System.Text.Json.Nodes;

namespace EventTorrent.Api.Tests;

/// <summary>The calls of the original scheduler's clients, as they make them.</summary>
public sealed class SpeakingToOlderClients
{
    private static readonly string[] Words = ["pending", "working", "success", "recoverable_failure", "permanent_failure"];

    [Fact]
    public async Task A_form_with_an_infohash_and_its_file_is_201_then_200_and_a_wrong_one_400()
    {
        await using var host = await ApiHost.StartAsync();
        var torrent = Torrents.File();

        var first = await host.PostTorrentAsync(torrent.Bytes, ("infohash", torrent.Infohash));
        var second = await host.PostAsync(("infohash", torrent.Infohash.ToUpperInvariant()));
        var wrong = await host.PostAsync(("infohash", "not an infohash"));
        var task = await host.GetAsync($"/tasks/{torrent.Infohash}");

        Assert.Equal([HttpStatusCode.Created, HttpStatusCode.OK, HttpStatusCode.BadRequest], new[] { first, second, wrong }.Select(answer => answer.StatusCode));
        Assert.Equal((torrent.Infohash, "pending"), ((string?)task["infohash"], (string?)task["status"]));
        Assert.Contains((string?)task["status"], Words);
    }

    [Fact]
    public async Task The_queue_is_a_bare_number_and_the_workers_are_a_list()
    {
        await using var host = await ApiHost.StartAsync();
        await host.PostAsync(("infohash", Infohashes.One));

        Assert.Equal("1", await host.Client.GetStringAsync("/tasks/queue/size", ApiHost.Token));
        Assert.IsType<JsonArray>(await host.GetAsync("/workers/"));
    }

    [Theory]
    [InlineData("true", HttpStatusCode.NoContent)]
    [InlineData("false", HttpStatusCode.NoContent)]
    [InlineData("yes", HttpStatusCode.BadRequest)]
    public async Task Whether_the_data_of_a_task_goes_too_is_said_in_two_words(string data, HttpStatusCode status)
    {
        await using var host = await ApiHost.StartAsync();
        await host.PostAsync(("infohash", Infohashes.One));

        var answer = await host.Client.DeleteAsync($"/tasks/{Infohashes.One}?data={data}", ApiHost.Token);

        Assert.Equal((status, status == HttpStatusCode.NoContent), (answer.StatusCode, await host.FindAsync(Infohashes.One) is null));
    }
}
