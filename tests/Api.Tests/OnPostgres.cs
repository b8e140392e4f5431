using System.Net;
using EventTorrent.Contracts;
using EventTorrent.Storage;
using EventTorrent.TestKit;
using Microsoft.EntityFrameworkCore;

namespace EventTorrent.Api.Tests;

/// <summary>The door of several processes on one PostgreSQL.</summary>
public sealed class OnPostgres
{
    private const int Requests = 200;

    [Fact]
    public async Task Two_hundred_submissions_at_two_processes_are_one_task_one_201_and_one_lease()
    {
        var settings = await SettingsAsync();
        await using var one = await ApiHost.StartAsync(null, settings);
        await using var other = await ApiHost.StartAsync(null, settings);
        var torrent = Torrents.File();

        var answers = await Task.WhenAll(Enumerable.Range(0, Requests).Select(number =>
            (number % 2 == 0 ? one : other).PostTorrentAsync(torrent.Bytes)));
        var issued = await Task.WhenAll(IssueAsync(one), IssueAsync(other));

        Assert.Equal(1, answers.Count(answer => answer.StatusCode == HttpStatusCode.Created));
        Assert.Equal(Requests - 1, answers.Count(answer => answer.StatusCode == HttpStatusCode.OK));
        Assert.Single((await Task.WhenAll(answers.Select(answer => answer.Content.ReadAsStringAsync(ApiHost.Token)))).Distinct());
        var task = (await one.FindAsync(torrent.Infohash))!;
        Assert.Single(task.Timeline);
        Assert.Equal([1], issued.SelectMany(works => works).Select(work => work.Item.Lease));
        Assert.Empty(one.Log.Alarms.Concat(other.Log.Alarms));

        static Task<IReadOnlyList<IssuedItem>> IssueAsync(ApiHost host) => host.WithAsync<WorkQueue, IReadOnlyList<IssuedItem>>(queue =>
        {
            var now = TimeProvider.System.GetUtcNow();
            return queue.IssueAsync(Step.Screenshots, "", 4, 4, now, now.AddSeconds(15), ApiHost.Token);
        });
    }

    [Fact]
    public async Task A_task_whose_row_somebody_holds_is_503_and_the_others_are_served()
    {
        await using var host = await ApiHost.StartAsync(null, await SettingsAsync());
        await host.PostAsync(("infohash", Infohashes.One));
        await host.WithDbAsync(async db =>
        {
            await using var transaction = await db.Database.BeginTransactionAsync(ApiHost.Token);
            await db.LoadForUpdateAsync(Infohash.Parse(Infohashes.One).ToTaskId(), ApiHost.Token);

            var held = host.Client.PostAsync($"/tasks/{Infohashes.One}/pause", null, ApiHost.Token);
            var other = await host.PostAsync(("infohash", Infohashes.Other));
            var read = await host.Client.GetAsync($"/tasks/{Infohashes.One}", ApiHost.Token);

            Assert.Equal((HttpStatusCode.Created, HttpStatusCode.OK), (other.StatusCode, read.StatusCode));
            Assert.Equal(HttpStatusCode.ServiceUnavailable, (await held).StatusCode);
            return 0;
        });

        Assert.Equal(HttpStatusCode.OK, (await host.Client.PostAsync($"/tasks/{Infohashes.One}/pause", null, ApiHost.Token)).StatusCode);
    }

    private static async Task<(string, string)[]> SettingsAsync()
    {
        Assert.SkipWhen(LocalPostgres.Missing is not null, LocalPostgres.Missing ?? "");
        return
        [
            ("Storage:Provider", "Postgres"),
            ("Storage:ConnectionString", await (await SharedServers.PostgresAsync()).CreateDatabaseAsync(ApiHost.Token)),
        ];
    }
}
