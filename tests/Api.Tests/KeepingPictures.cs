using System.Net;
using System.Net.Http.Headers;
using System.Text;
using EventTorrent.Contracts;
using EventTorrent.TestKit;
using MassTransit;

namespace EventTorrent.Api.Tests;

public sealed class KeepingPictures
{
    private static readonly byte[] Jpeg = [0xFF, 0xD8, 0xFF, 0xE0, .. Encoding.ASCII.GetBytes("a picture of no content"), 0xFF, 0xD9];

    private static readonly Guid TaskId = Infohash.Parse(Infohashes.One).ToTaskId();

    private static StoreScreenshot Message => new(
        TaskId, Infohashes.One, Item: 0, Lease: 3, FileIndex: 2, Index: 7, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(28), 640, 360, Verified: true, Jpeg);

    [Fact]
    public async Task A_picture_is_stored_announced_and_served()
    {
        await using var host = await StartAsync();

        await StoreAsync(host, Message);

        Assert.Equal(
            new ScreenshotStored(TaskId, Infohashes.One, 0, 3, 2, 7, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(28), 640, 360, true, Jpeg.Length),
            await host.Messages.NextAsync<ScreenshotStored>());
        Assert.Equal([Path.Combine(Pictures(host), Infohashes.One, "2", "7.jpg")], Files(host));
        var answer = await host.Client.GetAsync(Address(2, 7), ApiHost.Token);
        Assert.Equal("image/jpeg", answer.Content.Headers.ContentType?.MediaType);
        Assert.Contains("immutable", answer.Headers.CacheControl?.ToString(), StringComparison.Ordinal);
        Assert.Equal(Jpeg, await answer.Content.ReadAsByteArrayAsync(ApiHost.Token));
    }

    [Fact]
    public async Task The_same_picture_again_is_one_file_and_two_events()
    {
        await using var host = await StartAsync();

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => StoreAsync(host, Message)));

        foreach (var _ in Enumerable.Range(0, 20))
        {
            await host.Messages.NextAsync<ScreenshotStored>();
        }

        Assert.Equal(Jpeg, await File.ReadAllBytesAsync(Assert.Single(Files(host)), ApiHost.Token));
    }

    [Fact]
    public async Task Another_picture_takes_the_place_of_the_first()
    {
        await using var host = await StartAsync();
        await StoreAsync(host, Message);
        await host.Messages.NextAsync<ScreenshotStored>();
        byte[] better = [.. Jpeg, 0];

        await StoreAsync(host, Message with { Jpeg = better });

        Assert.Equal(better.Length, (await host.Messages.NextAsync<ScreenshotStored>()).LengthBytes);
        Assert.Equal(better, await File.ReadAllBytesAsync(Assert.Single(Files(host)), ApiHost.Token));
    }

    [Fact]
    public async Task The_first_picture_of_the_first_file_stands_for_the_task_in_lists()
    {
        await using var host = await StartAsync();
        var address = $"/tasks/{Infohashes.One}/thumbnail.jpg";
        Assert.Equal(HttpStatusCode.NotFound, (await host.Client.GetAsync(address, ApiHost.Token)).StatusCode);
        byte[] first = [.. Jpeg, 1];

        foreach (var picture in new[] { Message, Message with { FileIndex = 10, Index = 0 }, Message with { Index = 11 }, Message with { Index = 3, Jpeg = first } })
        {
            await StoreAsync(host, picture);
            await host.Messages.NextAsync<ScreenshotStored>();
        }

        var answer = await host.Client.GetAsync(address, ApiHost.Token);
        Assert.Equal("image/jpeg", answer.Content.Headers.ContentType?.MediaType);
        Assert.NotNull(answer.Headers.ETag);
        Assert.Equal(first, await answer.Content.ReadAsByteArrayAsync(ApiHost.Token));
    }

    public static TheoryData<string> PoisonNames => [.. Poison.Keys];

    private static Dictionary<string, StoreScreenshot> Poison => new()
    {
        ["path as infohash"] = Message with { Infohash = "../../../../etc" },
        ["other task"] = Message with { TaskId = Guid.NewGuid() },
        ["negative file"] = Message with { FileIndex = -1 },
        ["file too high"] = Message with { FileIndex = 10_000 },
        ["negative index"] = Message with { Index = -1 },
        ["index too high"] = Message with { Index = 60 },
        ["no bytes"] = Message with { Jpeg = [] },
        ["not a JPEG"] = Message with { Jpeg = [0x89, 0x50, 0x4E, 0x47] },
        ["markup"] = Message with { Jpeg = Encoding.ASCII.GetBytes("<script>") },
        ["too large"] = Message with { Jpeg = [.. Jpeg, .. new byte[Limits.PictureBytes]] },
        ["no width"] = Message with { Width = 0 },
        ["huge height"] = Message with { Height = int.MaxValue },
        ["odd time"] = Message with { WantedAt = TimeSpan.MaxValue },
    };

    [Theory]
    [MemberData(nameof(PoisonNames))]
    public async Task A_message_that_is_no_picture_goes_to_the_error_queue_once_and_others_pass(string name)
    {
        await using var host = await StartAsync();

        await StoreAsync(host, Poison[name]);
        await StoreAsync(host, Message);

        var fault = await host.Messages.NextAsync<Fault<StoreScreenshot>>();
        Assert.EndsWith("RefusedPictureException", Assert.Single(fault.Exceptions).ExceptionType, StringComparison.Ordinal);
        await Poll.UntilAsync("the good picture is there", () => Files(host).Count == 1, TimeSpan.FromSeconds(20), ApiHost.Token);
    }

    [Fact]
    public async Task A_picture_of_an_unknown_task_is_dropped_in_silence()
    {
        await using var host = await ApiHost.StartAsync();
        await StoreAsync(host, Message);
        await host.PostAsync(("infohash", Infohashes.Other));
        await StoreAsync(host, Message with { TaskId = Infohash.Parse(Infohashes.Other).ToTaskId(), Infohash = Infohashes.Other });

        Assert.Equal(Infohashes.Other, (await host.Messages.NextAsync<ScreenshotStored>()).Infohash);
        Assert.Contains(Infohashes.Other, Assert.Single(Files(host)), StringComparison.Ordinal);
        Assert.Empty(host.Log.Alarms);
    }

    [Fact]
    public async Task A_place_that_can_not_be_written_is_tried_again_and_leaves_nothing_half_written()
    {
        await using var host = await StartAsync();
        // A file where the directory should be: what the disk does when it refuses.
        Directory.CreateDirectory(Pictures(host));
        var obstacle = Path.Combine(Pictures(host), Infohashes.One);
        await File.WriteAllTextAsync(obstacle, "", ApiHost.Token);
        await StoreAsync(host, Message);
        await Poll.UntilAsync("a try has failed", () => host.Log.Text.Contains("R-RETRY", StringComparison.Ordinal), TimeSpan.FromSeconds(20), ApiHost.Token);

        File.Delete(obstacle);

        await host.Messages.NextAsync<ScreenshotStored>();
        Assert.Equal("7.jpg", Path.GetFileName(Assert.Single(Files(host))));
    }

    [Fact]
    public async Task A_picture_is_served_in_parts_and_not_again_when_it_is_known()
    {
        await using var host = await StartAsync();
        await StoreAsync(host, Message);
        await host.Messages.NextAsync<ScreenshotStored>();
        var whole = await host.Client.GetAsync(Address(2, 7), ApiHost.Token);

        using var again = new HttpRequestMessage(HttpMethod.Get, Address(2, 7)) { Headers = { IfNoneMatch = { whole.Headers.ETag! } } };
        using var part = new HttpRequestMessage(HttpMethod.Get, Address(2, 7)) { Headers = { Range = new RangeHeaderValue(2, 5) } };
        using var head = new HttpRequestMessage(HttpMethod.Head, Address(2, 7));
        var (known, some, only) = (await SendAsync(again), await SendAsync(part), await SendAsync(head));

        Assert.Equal(HttpStatusCode.NotModified, known.StatusCode);
        Assert.Equal(HttpStatusCode.PartialContent, some.StatusCode);
        Assert.Equal(Jpeg[2..6], await some.Content.ReadAsByteArrayAsync(ApiHost.Token));
        Assert.Equal((HttpStatusCode.OK, (long?)Jpeg.Length), (only.StatusCode, only.Content.Headers.ContentLength));
        Assert.Empty(await only.Content.ReadAsByteArrayAsync(ApiHost.Token));

        Task<HttpResponseMessage> SendAsync(HttpRequestMessage request) => host.Client.SendAsync(request, ApiHost.Token);
    }

    [Theory]
    [InlineData("2/8")]
    [InlineData("3/7")]
    [InlineData("02/7")]
    [InlineData("2/+7")]
    [InlineData("2/60")]
    [InlineData("99999999999/7")]
    [InlineData("%2e%2e/7")]
    [InlineData("..%2f..%2f2/7")]
    public async Task Any_other_address_is_404(string place)
    {
        await using var host = await StartAsync();
        await StoreAsync(host, Message);
        await host.Messages.NextAsync<ScreenshotStored>();

        var answer = await host.Client.GetAsync($"/tasks/{Infohashes.One}/screenshots/{place}.jpg", ApiHost.Token);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Empty(host.Log.Alarms);
    }

    [Fact]
    public async Task A_delete_removes_rows_and_pictures_and_stops_the_work()
    {
        await using var host = await StartAsync();
        await StoreAsync(host, Message);
        await host.Messages.NextAsync<ScreenshotStored>();

        var first = await host.Client.DeleteAsync($"/tasks/{Infohashes.One}", ApiHost.Token);
        var second = await host.Client.DeleteAsync($"/tasks/{Infohashes.One}", ApiHost.Token);

        Assert.Equal((HttpStatusCode.NoContent, HttpStatusCode.NotFound), (first.StatusCode, second.StatusCode));
        Assert.Null(await host.FindAsync(Infohashes.One));
        Assert.Empty(Files(host));
        object[] expected = [new StopWork(TaskId, null, null, 0), new PurgeData(TaskId, Infohashes.One, null), new TaskDeleted(TaskId, Infohashes.One)];
        var heard = new List<object>();
        await Poll.UntilAsync(
            "all three are heard",
            () =>
            {
                heard.AddRange(host.Messages.Take());
                return expected.All(heard.Contains);
            },
            TimeSpan.FromSeconds(20), ApiHost.Token);
    }

    [Fact]
    public async Task A_delete_leaves_nothing_when_the_broker_is_away()
    {
        await using var directory = new TempDirectory();
        await using (var before = await ApiHost.StartAsync(directory.FullPath))
        {
            await before.PostAsync(("infohash", Infohashes.One));
            await StoreAsync(before, Message);
            await before.Messages.NextAsync<ScreenshotStored>();
        }

        await using var host = await ApiHost.StartAsync(
            directory.FullPath, ("Bus:Transport", "RabbitMq"), ("Bus:Address", $"amqp://127.0.0.1:{FreePort.Next()}/"));
        var clock = System.Diagnostics.Stopwatch.StartNew();

        var answer = await host.Client.DeleteAsync($"/tasks/{Infohashes.One}", ApiHost.Token);

        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(5), $"It took {clock.Elapsed}.");
        Assert.Null(await host.FindAsync(Infohashes.One));
        Assert.Empty(Files(host));
    }

    [Fact]
    public async Task A_purge_leaves_a_task_alone_that_was_submitted_again()
    {
        await using var host = await StartAsync();
        await StoreAsync(host, Message);
        await host.Messages.NextAsync<ScreenshotStored>();

        await host.Bus.Publish(new PurgeData(TaskId, Infohashes.One, null), ApiHost.Token);
        await host.Bus.Publish(new PurgeData(TaskId, "../..", null), ApiHost.Token);
        await StoreAsync(host, Message with { Index = 8 });

        await host.Messages.NextAsync<ScreenshotStored>();
        Assert.Equal(2, Files(host).Count);
    }

    [Fact]
    public async Task Pictures_without_a_task_are_removed_at_start()
    {
        await using var directory = new TempDirectory();
        await using (var host = await ApiHost.StartAsync(directory.FullPath))
        {
            await host.PostAsync(("infohash", Infohashes.One));
            await StoreAsync(host, Message);
            await host.Messages.NextAsync<ScreenshotStored>();
        }

        var orphan = directory.CreateDirectory($"screenshots/{Infohashes.Other}/0");
        await File.WriteAllBytesAsync(Path.Combine(orphan, "0.jpg"), Jpeg, ApiHost.Token);
        await using var next = await ApiHost.StartAsync(directory.FullPath);

        await Poll.UntilAsync("the orphan is gone", () => !Directory.Exists(orphan), TimeSpan.FromSeconds(20), ApiHost.Token);
        Assert.Single(Files(next));
    }

    private static async Task<ApiHost> StartAsync()
    {
        var host = await ApiHost.StartAsync();
        await host.PostAsync(("infohash", Infohashes.One));
        return host;
    }

    private static async Task StoreAsync(ApiHost host, StoreScreenshot message) =>
        await (await host.Bus.GetSendEndpoint(Queues.Address(Queues.ScreenshotStore))).Send(message, ApiHost.Token);

    private static string Address(int file, int index) => $"/tasks/{Infohashes.One}/screenshots/{file}/{index}.jpg?v=1";

    private static string Pictures(ApiHost host) => Path.Combine(host.DataDirectory, "screenshots");

    private static List<string> Files(ApiHost host) => Directory.Exists(Pictures(host))
        ? [.. Directory.EnumerateFiles(Pictures(host), "*", SearchOption.AllDirectories)]
        : [];
}
