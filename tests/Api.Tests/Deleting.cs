using System.Net;
using EventTorrent.Contracts;
using EventTorrent.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace EventTorrent.Api.Tests;

/// <summary>A task goes with what it has on a volume, or without; what stays there is used again.</summary>
public sealed class Deleting
{
    private const string Path = $"/tasks/{Infohashes.One}";
    private const string Volume = "v1";

    private static readonly Guid TaskId = Infohash.Parse(Infohashes.One).ToTaskId();

    private static CancellationToken Token => ApiHost.Token;

    [Theory]
    [InlineData("")]
    [InlineData("?data=false")]
    public async Task Without_its_data_a_task_leaves_a_row_that_says_where_it_is_and_no_volume_is_told(string query)
    {
        await using var host = await StartAsync();

        var answer = await host.Client.DeleteAsync(Path + query, Token);

        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.Null(await host.FindAsync(Infohashes.One));
        Assert.Equal(new PurgeData(TaskId, Infohashes.One, null), await host.Messages.NextAsync<PurgeData>());
        var kept = await host.WithDbAsync(db => db.KeptData.SingleAsync(Token));
        Assert.Equal((TaskId, Infohashes.One, Volume, 4000), (kept.TaskId, kept.Infohash, kept.Volume, kept.Bytes));
        Assert.Equal([1, 2, 3], kept.Info!);
        Assert.Equal($$"""[{"volume":"{{Volume}}","count":1,"bytes":4000}]""", (await host.GetAsync("/stats"))["kept"]!.ToJsonString());
    }

    [Fact]
    public async Task With_its_data_it_leaves_nothing_but_where_its_leases_ended()
    {
        await using var host = await StartAsync();

        await host.Client.DeleteAsync($"{Path}?data=true", Token);

        Assert.Equal(new PurgeData(TaskId, Infohashes.One, ""), await host.Messages.NextAsync<PurgeData>());
        Assert.Equal((0, 1), await host.WithDbAsync(async db => (await db.KeptData.CountAsync(Token), await db.DeletedTasks.CountAsync(Token))));
    }

    [Fact]
    public async Task What_never_downloaded_leaves_nothing()
    {
        await using var host = await StartAsync(item => item.BoundVolume = "");

        await host.Client.DeleteAsync(Path, Token);

        Assert.Equal(0, await host.WithDbAsync(db => db.KeptData.CountAsync(Token)));
    }

    [Fact]
    public async Task What_was_left_can_be_deleted_afterwards_and_once()
    {
        await using var host = await StartAsync();
        await host.Client.DeleteAsync(Path, Token);
        await host.Messages.NextAsync<PurgeData>();

        var again = await host.Client.DeleteAsync(Path, Token);
        var withData = await host.Client.DeleteAsync($"{Path}?data=true", Token);
        var twice = await host.Client.DeleteAsync($"{Path}?data=true", Token);

        Assert.Equal(
            (HttpStatusCode.NotFound, HttpStatusCode.NoContent, HttpStatusCode.NotFound), (again.StatusCode, withData.StatusCode, twice.StatusCode));
        Assert.Equal(new PurgeData(TaskId, Infohashes.One, ""), await host.Messages.NextAsync<PurgeData>());
        Assert.Equal((0, 1), await host.WithDbAsync(async db => (await db.KeptData.CountAsync(Token), await db.DeletedTasks.CountAsync(Token))));
    }

    [Fact]
    public async Task What_is_submitted_again_for_a_stream_begins_on_the_volume_with_the_metadata_that_was_left()
    {
        await using var host = await StartAsync();
        await host.Client.DeleteAsync(Path, Token);

        await host.PostAsync(("infohash", Infohashes.One), ("want", "stream"));

        var item = Assert.Single((await host.FindAsync(Infohashes.One))!.Items);
        // A new life: nothing is believed but that something lies there.
        Assert.Equal((Step.Download, Volume, 4, null), (item.Step, item.BoundVolume, item.Lease, item.ResumeData));
        Assert.Equal([1, 2, 3], (await host.WithDbAsync(db => db.Set<TaskMetadata>().SingleAsync(Token))).Info);
        Assert.Equal(0, await host.WithDbAsync(db => db.KeptData.CountAsync(Token)));
    }

    [Fact]
    public async Task What_is_submitted_again_for_pictures_leaves_it_there_also_when_it_is_deleted_again()
    {
        await using var host = await StartAsync();
        await host.Client.DeleteAsync(Path, Token);
        await host.PostAsync(("infohash", Infohashes.One));

        Assert.Equal(HttpStatusCode.NoContent, (await host.Client.DeleteAsync(Path, Token)).StatusCode);
        Assert.Equal(Volume, (await host.WithDbAsync(db => db.KeptData.SingleAsync(Token))).Volume);
        await host.PostAsync(("infohash", Infohashes.One));
        Assert.Equal(HttpStatusCode.NoContent, (await host.Client.DeleteAsync($"{Path}?data=true", Token)).StatusCode);

        Assert.Equal(0, await host.WithDbAsync(db => db.KeptData.CountAsync(Token)));
    }

    [Fact]
    public async Task The_lines_of_a_batch_take_over_what_was_left_too()
    {
        await using var host = await StartAsync();
        await host.Client.DeleteAsync(Path, Token);
        using var lines = new StringContent(
            $$"""
            {"infohash":"{{Infohashes.Other}}","want":"stream"}
            {"infohash":"{{Infohashes.One}}","want":"stream"}
            """,
            System.Text.Encoding.UTF8, "application/x-ndjson");

        using var answer = await host.Client.PostAsync("/tasks/batch", lines, Token);
        await answer.Content.ReadAsStringAsync(Token);

        Assert.Equal(Volume, Assert.Single((await host.FindAsync(Infohashes.One))!.Items).BoundVolume);
        Assert.Equal("", Assert.Single((await host.FindAsync(Infohashes.Other))!.Items).BoundVolume);
    }

    /// <summary>With a task that has downloaded, and a worker of its volume.</summary>
    private static async Task<ApiHost> StartAsync(Action<WorkItem>? change = null)
    {
        var host = await ApiHost.StartAsync();
        var task = ApiHost.NewTask(Infohashes.One, DateTimeOffset.UnixEpoch);
        var item = new WorkItem { Step = Step.Download, State = WorkItemState.Running, BoundVolume = Volume, Lease = 3, TotalBytes = 4000, ResumeData = [7] };
        change?.Invoke(item);
        task.Items.Add(item);
        await host.AddAsync(task);
        await host.WithDbAsync(db =>
        {
            db.Add(new TaskMetadata { TaskId = TaskId, Info = [1, 2, 3] });
            db.Workers.Add(new WorkerRecord
            {
                Worker = "w", Host = "h", Kind = nameof(Step.Download), Volume = Volume, Version = "1", StartedAt = DateTimeOffset.UnixEpoch, SeenAt = DateTimeOffset.UnixEpoch,
            });
            return db.SaveChangesAsync(Token);
        });
        return host;
    }
}
