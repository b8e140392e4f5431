using System.Diagnostics;
using System.Net;
using System.Text;
using EventTorrent.TestKit;

namespace EventTorrent.Api.Tests;

public sealed class Refusing
{
    private const string FullWidth = "ｃ334138ef5bfc2d568ea7324e0e2a3a7ec229bdd";

    [Theory]
    [InlineData("missing-source")]
    [InlineData("missing-source", "shots", "10")]
    [InlineData("invalid-infohash", "infohash", "c334")]
    [InlineData("invalid-infohash", "infohash", "../../../../../../etc/passwd0000000000000")]
    [InlineData("invalid-infohash", "infohash", FullWidth)]
    [InlineData("invalid-infohash", "infohash", "c334138ef5bfc2d568ea7324e0e2a3a7ec229bdz")]
    [InlineData("ambiguous-source", "infohash", Infohashes.One, "magnet", "magnet:?xt=urn:btih:" + Infohashes.One)]
    [InlineData("invalid-magnet", "magnet", "http://a.example/")]
    [InlineData("invalid-magnet", "magnet", "magnet:?dn=only")]
    [InlineData("invalid-magnet", "magnet", "magnet:?xt=urn:btih:" + FullWidth)]
    [InlineData("invalid-magnet", "magnet", "magnet:?xt=urn:btih:" + Infohashes.One + "&dn=%zz")]
    [InlineData("invalid-magnet", "magnet", "magnet:?xt=urn:btih:" + Infohashes.One + "&xt=urn:btih:" + Infohashes.Other)]
    [InlineData("invalid-want", "infohash", Infohashes.One, "want", "everything")]
    [InlineData("invalid-want", "infohash", Infohashes.One, "want", "screenshots,,stream")]
    [InlineData("invalid-shots", "infohash", Infohashes.One, "shots", "0")]
    [InlineData("invalid-shots", "infohash", Infohashes.One, "shots", "61")]
    [InlineData("invalid-shots", "infohash", Infohashes.One, "shots", "1e1")]
    [InlineData("invalid-shots", "infohash", Infohashes.One, "shots", "10; rm -rf /")]
    [InlineData("invalid-files", "infohash", Infohashes.One, "files", "1,,2")]
    [InlineData("invalid-files", "infohash", Infohashes.One, "files", "-1")]
    [InlineData("invalid-files", "infohash", Infohashes.One, "files", "10000")]
    [InlineData("invalid-files", "infohash", Infohashes.One, "files", "../0")]
    [InlineData("invalid-verification", "infohash", Infohashes.One, "verification", "none")]
    [InlineData("invalid-priority", "infohash", Infohashes.One, "priority", "101")]
    [InlineData("repeated-field", "infohash", Infohashes.One, "infohash", Infohashes.Other)]
    public async Task What_is_wrong_is_named(string type, params string[] fields)
    {
        await using var host = await ApiHost.StartAsync();

        var answer = await host.PostAsync([("ignored", "x"), .. fields.Chunk(2).Select(pair => (pair[0], pair[1]))]);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal($"urn:eventtorrent:error:{type}", await ApiHost.ProblemTypeAsync(answer));
        Assert.Empty(host.Log.Alarms);
        Assert.Equal(0, (int)await host.GetAsync("/tasks/queue/size"));
    }

    public static TheoryData<string, string> HostileSources => new()
    {
        { "magnet", "magnet:?xt=urn:btih:" + Infohashes.One + "&dn=" + new string('a', 1_000_000) },
        { "magnet", "magnet:?" + string.Concat(Enumerable.Repeat("tr=http%3A%2F%2Fx&", 50_000)) },
        { "magnet", "magnet:?xt=urn:btih:" + new string('%', 10_000) },
        { "infohash", new string('a', 1_000_000) },
        { "infohash", new string('１', 40) },
        { "files", string.Join(',', Enumerable.Range(0, 20_000)) },
    };

    [Theory]
    [MemberData(nameof(HostileSources))]
    public async Task Large_and_odd_text_is_refused_at_once(string field, string text)
    {
        await using var host = await ApiHost.StartAsync();
        // The machine has other work: one answer in time shows that there is no more to do.
        var fastest = TimeSpan.MaxValue;
        for (var attempt = 0; attempt < 40 && fastest > TimeSpan.FromMilliseconds(50); attempt++)
        {
            var clock = Stopwatch.StartNew();
            var answer = await host.PostAsync(field == "files" ? [("infohash", Infohashes.One), (field, text)] : [(field, text)]);
            fastest = clock.Elapsed < fastest ? clock.Elapsed : fastest;
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        }

        Assert.True(fastest < TimeSpan.FromMilliseconds(50), $"It took {fastest.TotalMilliseconds} ms.");
        Assert.Empty(host.Log.Alarms);
    }

    public static TheoryData<string> BrokenTorrentNames => [.. BrokenTorrents.Refused.Keys];

    [Theory]
    [MemberData(nameof(BrokenTorrentNames))]
    public async Task A_broken_torrent_file_is_refused(string name)
    {
        await using var host = await ApiHost.StartAsync();

        var answer = await host.PostTorrentAsync(BrokenTorrents.Refused[name]);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("urn:eventtorrent:error:invalid-torrent", await ApiHost.ProblemTypeAsync(answer));
        Assert.Empty(host.Log.Alarms);
    }

    [Fact]
    public async Task A_torrent_file_of_another_torrent_than_the_infohash_is_refused()
    {
        await using var host = await ApiHost.StartAsync();

        var answer = await host.PostTorrentAsync(Torrents.File().Bytes, ("infohash", Infohashes.One));

        Assert.Equal("urn:eventtorrent:error:infohash-mismatch", await ApiHost.ProblemTypeAsync(answer));
    }

    [Theory]
    [InlineData(11 * 1024 * 1024)]
    [InlineData(40 * 1024 * 1024)]
    public async Task A_torrent_file_that_is_too_large_is_413(int length)
    {
        await using var host = await ApiHost.StartAsync();

        var answer = await host.PostTorrentAsync(new byte[length]);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
        Assert.Equal("urn:eventtorrent:error:too-large", await ApiHost.ProblemTypeAsync(answer));
    }

    [Theory]
    [InlineData("text/plain", "c334138ef5bfc2d568ea7324e0e2a3a7ec229bdd", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("application/json", "{", HttpStatusCode.BadRequest)]
    [InlineData("application/json", "[]", HttpStatusCode.BadRequest)]
    [InlineData("application/json", "{\"infohash\":{\"a\":1}}", HttpStatusCode.BadRequest)]
    [InlineData("application/json", "{\"torrent_file\":\"***\"}", HttpStatusCode.BadRequest)]
    [InlineData("application/json", "[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]", HttpStatusCode.BadRequest)]
    [InlineData("application/json", "{\"infohash\":\"\\ud800\"}", HttpStatusCode.BadRequest)]
    public async Task A_body_that_is_not_what_we_read_is_refused(string type, string body, HttpStatusCode status)
    {
        await using var host = await ApiHost.StartAsync();
        using var content = new StringContent(body, Encoding.UTF8, type);

        var answer = await host.Client.PostAsync("/tasks/", content, ApiHost.Token);

        Assert.Equal(status, answer.StatusCode);
        Assert.StartsWith("urn:eventtorrent:error:", await ApiHost.ProblemTypeAsync(answer), StringComparison.Ordinal);
        Assert.Empty(host.Log.Alarms);
    }
}
