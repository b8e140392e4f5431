using System.Text.Json.Nodes;
using EventTorrent.Contracts;

namespace EventTorrent.Api.Tests;

public sealed class PushingChanges
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task A_connected_page_hears_of_changes_and_deletions()
    {
        await using var host = await ApiHost.StartAsync();
        await using var page = await HubClient.ConnectAsync(host.Address, host.Address.GetLeftPart(UriPartial.Authority));
        var id = Infohash.Parse(Infohashes.One).ToTaskId();

        await host.Bus.Publish(
            new TaskChanged(
                id, Infohashes.One, 7, "Fetching", "<b>", 10, 1, 10, 0.5, 3, 4, 5, "MetadataTimeout", "No peer.", Start.AddMinutes(1), Start, Start,
                6, 2, TimeSpan.FromSeconds(90), "No peer."),
            ApiHost.Token);
        var changed = await page.NextAsync("taskChanged");
        await host.Bus.Publish(new TaskDeleted(id, Infohashes.One), ApiHost.Token);
        var deleted = await page.NextAsync("taskDeleted");

        Assert.Equal(
            JsonNode.Parse("""
            {"infohash":"c334138ef5bfc2d568ea7324e0e2a3a7ec229bdd","status":"recoverable_failure","state":"Fetching","version":7,"name":"<b>","size_bytes":10,"progress":0.5,
            "shots_stored":1,"shots_wanted":10,"bytes_fetched":3,"down_bytes_per_second":4,"peers":5,
            "failure":{"kind":"MetadataTimeout","message":"No peer.","retry_at":"2026-01-01T00:01:00+00:00"},"created_at":"2026-01-01T00:00:00+00:00","updated_at":"2026-01-01T00:00:00+00:00",
            "up_bytes_per_second":6,"seeds":2,"remaining_s":90,"reason":"No peer."}
            """)!.ToJsonString(),
            changed.ToJsonString());
        Assert.Equal(Infohashes.One, (string?)deleted);
    }
}
