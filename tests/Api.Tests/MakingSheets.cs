using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using EventTorrent.Contracts;
using EventTorrent.Storage.Model;

namespace EventTorrent.Api.Tests;

public sealed partial class MakingSheets
{
    private static readonly string[] Colors = ["red", "lime", "blue", "yellow", "white"];

    private static readonly (int, int, int)[] Values = [(255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 0), (255, 255, 255)];

    [Fact]
    public async Task A_sheet_shows_every_picture_in_order_with_its_time()
    {
        await using var host = await StartAsync(pictures: 5);

        var sheet = await Pixels.ReadAsync(await host.Client.GetByteArrayAsync(Address("sheet.jpg?columns=3&width=160"), ApiHost.Token));

        Assert.Equal((3 * 164 + 4, 2 * 94 + 4), (sheet.Width, sheet.Height));
        for (var i = 0; i < 5; i++)
        {
            var (x, y) = (4 + i % 3 * 164, 4 + i / 3 * 94);
            AssertColor(Values[i], sheet.At(x + 80, y + 40));
            // The time is white on dark.
            var corner = Enumerable.Range(y + 80, 9).SelectMany(row => Enumerable.Range(x + 130, 29).Select(column => sheet.At(column, row))).ToList();
            Assert.Contains(corner, color => color.Red > 200 && color.Green > 200 && color.Blue > 200);
            Assert.Contains(corner, color => color.Red < 110 && color.Green < 110 && color.Blue < 110);
        }

        AssertColor((0, 0, 0), sheet.At(4 + 2 * 164 + 80, 4 + 94 + 40));
    }

    [Fact]
    public async Task A_sheet_is_of_the_file_that_is_asked_for_whatever_the_sizes_of_its_pictures()
    {
        await using var host = await StartAsync(pictures: 3);
        await AddPictureAsync(host, 4, 0, await Pixels.JpegAsync("blue", 320, 180));
        await AddPictureAsync(host, 4, 1, await Pixels.JpegAsync("red", 90, 180));

        var sheet = await Pixels.ReadAsync(await host.Client.GetByteArrayAsync(Address("sheet.jpg?file=4&width=160"), ApiHost.Token));
        var none = await host.Client.GetAsync(Address("sheet.jpg?file=5"), ApiHost.Token);

        Assert.Equal((2 * 164 + 4, 94 + 4), (sheet.Width, sheet.Height));
        AssertColor(Values[2], sheet.At(20, 40));
        // The upright picture stands in the middle of its cell.
        AssertColor(Values[0], sheet.At(168 + 80, 40));
        AssertColor((0, 0, 0), sheet.At(168 + 20, 40));
        Assert.Equal(HttpStatusCode.NotFound, none.StatusCode);
        Assert.Equal("urn:eventtorrent:error:no-pictures", await ApiHost.ProblemTypeAsync(none));
    }

    [Fact]
    public async Task The_thumbnails_of_a_seek_bar_point_at_their_pictures_and_cover_the_video()
    {
        await using var host = await StartAsync(pictures: 5);

        var answer = await host.Client.GetAsync(Address("files/2/thumbnails.vtt"), ApiHost.Token);
        var cues = Cue().Matches(await answer.Content.ReadAsStringAsync(ApiHost.Token)).Select(match => match.Groups).ToList();

        Assert.Equal("text/vtt", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal(["00:00:00.000", "00:00:10.000", "00:00:20.000", "00:00:30.000", "00:00:40.000"], cues.Select(cue => cue["start"].Value));
        Assert.Equal(["00:00:10.000", "00:00:20.000", "00:00:30.000", "00:00:40.000", "00:01:40.000"], cues.Select(cue => cue["end"].Value));
        var sprite = await host.Client.GetAsync(Address($"files/2/{cues[0]["address"].Value}"), ApiHost.Token);
        Assert.Contains("immutable", sprite.Headers.CacheControl?.ToString(), StringComparison.Ordinal);
        var pixels = await Pixels.ReadAsync(await sprite.Content.ReadAsByteArrayAsync(ApiHost.Token));
        for (var i = 0; i < 5; i++)
        {
            var place = cues[i]["place"].Value.Split(',').Select(text => int.Parse(text, CultureInfo.InvariantCulture)).ToArray();
            Assert.True(place[0] + place[2] <= pixels.Width && place[1] + place[3] <= pixels.Height);
            AssertColor(Values[i], pixels.At(place[0] + place[2] / 2, place[1] + place[3] / 2));
        }
    }

    [Fact]
    public async Task A_new_picture_makes_a_new_sheet_and_leaves_the_places_of_the_others()
    {
        await using var host = await StartAsync(pictures: 0);
        await AddPictureAsync(host, 2, 1, await Pixels.JpegAsync("lime"));
        var first = await host.Client.GetAsync(Address("files/2/sprite.jpg"), ApiHost.Token);

        await AddPictureAsync(host, 2, 0, await Pixels.JpegAsync("red"));
        var second = await host.Client.GetAsync(Address("files/2/sprite.jpg"), ApiHost.Token);

        Assert.NotEqual(first.Headers.ETag, second.Headers.ETag);
        Assert.Contains("no-cache", second.Headers.CacheControl?.ToString(), StringComparison.Ordinal);
        foreach (var answer in new[] { first, second })
        {
            AssertColor(Values[1], (await Pixels.ReadAsync(await answer.Content.ReadAsByteArrayAsync(ApiHost.Token))).At(160 + 80, 45));
        }
    }

    [Fact]
    public async Task A_sheet_is_made_once_however_many_ask_for_it()
    {
        await using var host = await StartAsync(pictures: 5);

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => host.Client.GetAsync(Address("sheet.jpg"), ApiHost.Token)));

        var bodies = await Task.WhenAll(answers.Select(answer => answer.Content.ReadAsByteArrayAsync(ApiHost.Token)));
        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
        Assert.All(bodies, body => Assert.Equal(bodies[0], body));
        var made = Assert.Single(Sheets(host));
        var written = File.GetLastWriteTimeUtc(made);
        using var again = new HttpRequestMessage(HttpMethod.Get, Address("sheet.jpg")) { Headers = { IfNoneMatch = { answers[0].Headers.ETag! } } };
        Assert.Equal(HttpStatusCode.NotModified, (await host.Client.SendAsync(again, ApiHost.Token)).StatusCode);
        Assert.Equal(written, File.GetLastWriteTimeUtc(Assert.Single(Sheets(host))));
    }

    [Fact]
    public async Task Sheets_that_nobody_asks_for_any_more_make_room()
    {
        await using var host = await StartAsync(pictures: 2);

        for (var width = 80; width < 100; width += 2)
        {
            await host.Client.GetByteArrayAsync(Address($"sheet.jpg?width={width}"), ApiHost.Token);
        }

        Assert.Equal(6, Sheets(host).Count);
        await host.Client.DeleteAsync($"/tasks/{Infohashes.One}", ApiHost.Token);
        Assert.Empty(Sheets(host));
    }

    [Theory]
    [InlineData("columns=0")]
    [InlineData("columns=11")]
    [InlineData("columns=-1")]
    [InlineData("columns=2.5")]
    [InlineData("columns=999999999999999999999")]
    [InlineData("columns=")]
    [InlineData("columns=2&columns=3")]
    [InlineData("width=79")]
    [InlineData("width=481")]
    [InlineData("width=160;-i%20/etc/passwd")]
    [InlineData("width=%27%60id%60")]
    [InlineData("file=-1")]
    [InlineData("file=10000")]
    [InlineData("file=..%2f..")]
    [InlineData("file=0x1")]
    public async Task Odd_options_are_refused(string query)
    {
        await using var host = await StartAsync(pictures: 1);

        var answer = await host.Client.GetAsync(Address($"sheet.jpg?{query}"), ApiHost.Token);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("urn:eventtorrent:error:invalid-query", await ApiHost.ProblemTypeAsync(answer));
        Assert.Empty(Sheets(host));
    }

    [Theory]
    [InlineData("/tasks/{0}/sheet.jpg", "unknown-task")]
    [InlineData("/tasks/{0}/files/0/sprite.jpg", "unknown-task")]
    [InlineData("/tasks/{0}/files/0/thumbnails.vtt", "unknown-task")]
    [InlineData("/tasks/{1}/files/0/thumbnails.vtt", "no-pictures")]
    [InlineData("/tasks/{1}/files/02/sprite.jpg", "no-pictures")]
    public async Task What_is_not_there_is_404(string path, string problem)
    {
        await using var host = await StartAsync(pictures: 1);

        var answer = await host.Client.GetAsync(string.Format(CultureInfo.InvariantCulture, path, Infohashes.Other, Infohashes.One), ApiHost.Token);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal($"urn:eventtorrent:error:{problem}", await ApiHost.ProblemTypeAsync(answer));
    }

    [Fact]
    public async Task A_damaged_picture_makes_no_sheet()
    {
        await using var host = await StartAsync(pictures: 2);
        await AddPictureAsync(host, 2, 2, [0xFF, 0xD8, 0xFF, 0xE0, 1, 2, 3]);

        var answer = await host.Client.GetAsync(Address("sheet.jpg"), ApiHost.Token);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Equal("urn:eventtorrent:error:sheet-failed", await ApiHost.ProblemTypeAsync(answer));
        Assert.Empty(Sheets(host));
    }

    [Fact]
    public async Task The_sidecar_says_of_every_picture_where_it_is_from_and_what_it_is()
    {
        await using var host = await StartAsync(pictures: 2);
        var jpeg = await Pixels.JpegAsync("white");
        await AddPictureAsync(host, 4, 0, jpeg, verified: true);

        var sidecar = await host.GetAsync($"/tasks/{Infohashes.One}/screenshots.json");

        Assert.Equal(Infohashes.One, (string?)sidecar["infohash"]);
        var pictures = sidecar["screenshots"]!.AsArray();
        Assert.Equal(3, pictures.Count);
        var last = pictures[2]!;
        Assert.Equal((4, "Film/four.mkv", 0), ((int)last["file"]!, (string?)last["path"], (int)last["index"]!));
        Assert.Equal((5.0, 5.0, true, jpeg.Length), ((double)last["time_s"]!, (double)last["keyframe_time_s"]!, (bool)last["verified"]!, (int)last["size_bytes"]!));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(jpeg)), (string?)last["sha256"]);
        Assert.Equal(jpeg, await host.Client.GetByteArrayAsync((string?)last["url"], ApiHost.Token));
        Assert.Equal(HttpStatusCode.NotFound, (await host.Client.GetAsync($"/tasks/{Infohashes.Other}/screenshots.json", ApiHost.Token)).StatusCode);
    }

    /// <summary>A task with pictures of file 2 at 5 s, 15 s ... of 100 s, each in a colour of its own.</summary>
    private static async Task<ApiHost> StartAsync(int pictures)
    {
        var host = await ApiHost.StartAsync();
        var task = ApiHost.NewTask(Infohashes.One, DateTimeOffset.UnixEpoch);
        task.Files.Add(new TaskFile { TaskId = task.CorrelationId, Index = 2, Path = "Film/two.mkv", LengthBytes = 9, Selected = true });
        task.Files.Add(new TaskFile { TaskId = task.CorrelationId, Index = 4, Path = "Film/four.mkv", LengthBytes = 9, Selected = true });
        task.Items.Add(new WorkItem
        {
            TaskId = task.CorrelationId, Step = Step.Screenshots, Index = 0, FileIndex = 2, Shots = 10, Duration = TimeSpan.FromSeconds(100), State = WorkItemState.Done,
        });
        await host.AddAsync(task);
        for (var i = 0; i < pictures; i++)
        {
            await AddPictureAsync(host, 2, i, await Pixels.JpegAsync(Colors[i]));
        }

        return host;
    }

    private static async Task AddPictureAsync(ApiHost host, int file, int index, byte[] jpeg, bool verified = false)
    {
        var directory = Directory.CreateDirectory(Path.Combine(host.DataDirectory, "screenshots", Infohashes.One, $"{file}")).FullName;
        await File.WriteAllBytesAsync(Path.Combine(directory, $"{index}.jpg"), jpeg, ApiHost.Token);
        await host.WithDbAsync(db =>
        {
            db.Screenshots.Add(new StoredScreenshot
            {
                TaskId = Infohash.Parse(Infohashes.One).ToTaskId(), FileIndex = file, Index = index, Verified = verified,
                WantedAt = TimeSpan.FromSeconds(5 + 10 * index), TakenAt = TimeSpan.FromSeconds(5 + 10 * index),
                Width = 320, Height = 180, LengthBytes = jpeg.Length, StoredAt = DateTimeOffset.UnixEpoch,
            });
            return db.SaveChangesAsync(ApiHost.Token);
        });
    }

    private static string Address(string path) => $"/tasks/{Infohashes.One}/{path}";

    private static List<string> Sheets(ApiHost host) =>
        Directory.Exists(Path.Combine(host.DataDirectory, "screenshots", Infohashes.One, "sheets"))
            ? [.. Directory.EnumerateFiles(Path.Combine(host.DataDirectory, "screenshots", Infohashes.One, "sheets"))]
            : [];

    private static void AssertColor((int Red, int Green, int Blue) expected, (int Red, int Green, int Blue) actual)
    {
        const int Tolerance = 12;
        Assert.True(
            Math.Abs(expected.Red - actual.Red) < Tolerance && Math.Abs(expected.Green - actual.Green) < Tolerance && Math.Abs(expected.Blue - actual.Blue) < Tolerance,
            $"Expected {expected}, found {actual}.");
    }

    [GeneratedRegex(@"(?<start>[\d:.]+) --> (?<end>[\d:.]+)\n(?<address>\S+)#xywh=(?<place>[\d,]+)")]
    private static partial Regex Cue();
}
