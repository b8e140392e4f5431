using System.Security.Cryptography;
using System.Text.Json;
using EventTorrent.TestKit;

namespace EventTorrent.AllInOne.Tests;

public sealed class TheShotsCommand
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Takes_pictures_from_a_magnet_and_prints_one_json_object()
    {
        var torrent = await Films.TorrentAsync(Cancellation);
        await using var seeder = await TransmissionSeeder.StartAsync(torrent, Cancellation);
        await using var directory = new TempDirectory();

        var (exit, output, errors) = await Server.RunAsync(
            ["shots", torrent.Magnet(seeder.Endpoint), "--count", "5", "--out", directory.FullPath, "--json", "--allow-private-networks"], Cancellation);

        Assert.True(exit == 0, errors);
        var report = JsonDocument.Parse(output).RootElement;
        Assert.Equal(("mp4", "avc1"), (report.GetProperty("container").GetString(), report.GetProperty("codec").GetString()));
        Assert.Equal(120, report.GetProperty("duration").GetDouble(), 0.1);
        Assert.Equal(5, report.GetProperty("shots").GetArrayLength());
        Assert.All(report.GetProperty("shots").EnumerateArray(), shot => Assert.True(File.Exists(shot.GetProperty("path").GetString())));
        var needed = report.GetProperty("blocks_needed_bytes").GetInt64();
        // A tail that is fetched with the head saves a round and costs a block at most.
        Assert.InRange(report.GetProperty("bytes_fetched").GetInt64(), needed, needed * 1.10);
        Assert.InRange(report.GetProperty("bytes_needed").GetInt64(), 1, needed);
        Assert.InRange(report.GetProperty("rounds").GetInt32(), 2, 4);
        Assert.True(report.GetProperty("metadata_bytes").GetInt64() > 0);
        Assert.False(report.GetProperty("verified").GetBoolean());
    }

    [Fact]
    public async Task Takes_the_same_pictures_from_a_torrent_file_and_from_the_video_itself()
    {
        var torrent = await Films.TorrentAsync(Cancellation);
        await using var seeder = new ScriptedPeer(torrent);
        await using var directory = new TempDirectory();
        var file = await torrent.SaveAsync(directory["film.torrent"], Cancellation);

        var swarm = await Server.RunAsync(
            ["shots", file, "-n", "3", "-o", directory["swarm"], "--json", "--peer", seeder.Endpoint.ToString(), "--allow-private-networks"], Cancellation);
        var local = await Server.RunAsync(["shots", torrent.Files[0].FullPath, "-n", "3", "-o", directory["local"], "--json"], Cancellation);

        Assert.Equal((0, 0), (swarm.Exit, local.Exit));
        var names = Directory.GetFiles(directory["local"], "*.jpg").Select(Path.GetFileName).Order().ToList();
        Assert.Equal(3, names.Count);
        Assert.Equal([.. names, "shots.json"], Directory.GetFiles(directory["swarm"]).Select(Path.GetFileName).Order());
        foreach (var name in names)
        {
            Assert.Equal(
                Jpeg.WithoutTags(await File.ReadAllBytesAsync(Path.Combine(directory["local"], name!), Cancellation)),
                Jpeg.WithoutTags(await File.ReadAllBytesAsync(Path.Combine(directory["swarm"], name!), Cancellation)));
        }
    }

    [Fact]
    public async Task Leaves_beside_the_pictures_and_in_them_where_they_come_from()
    {
        var torrent = await Films.TorrentAsync(Cancellation);
        await using var seeder = new ScriptedPeer(torrent);
        await using var directory = new TempDirectory();

        var (exit, output, errors) = await Server.RunAsync(
            ["shots", torrent.Magnet(seeder.Endpoint), "-n", "2", "-o", directory.FullPath, "--json", "--verification", "Pieces", "--allow-private-networks"],
            Cancellation);

        Assert.True(exit == 0, errors);
        Assert.Equal(output.Trim(), await File.ReadAllTextAsync(directory["shots.json"], Cancellation));
        var report = JsonDocument.Parse(output).RootElement;
        Assert.Equal((torrent.Infohash, torrent.Name), (report.GetProperty("infohash").GetString(), report.GetProperty("file").GetString()));
        foreach (var shot in report.GetProperty("shots").EnumerateArray())
        {
            var path = shot.GetProperty("path").GetString()!;
            var jpeg = await File.ReadAllBytesAsync(path, Cancellation);
            Assert.Equal((jpeg.Length, Convert.ToHexStringLower(SHA256.HashData(jpeg))), (shot.GetProperty("size_bytes").GetInt32(), shot.GetProperty("sha256").GetString()));
            Assert.True(shot.GetProperty("verified").GetBoolean());
            foreach (var tags in await Jpeg.ReadTagsAsync(path, Cancellation))
            {
                Assert.Contains($"EventTorrent {torrent.Infohash} file 0 at 00:0", tags, StringComparison.Ordinal);
                Assert.Contains(", verified", tags, StringComparison.Ordinal);
                Assert.Contains($"{{\"infohash\":\"{torrent.Infohash}\",\"file\":0,\"time_s\":", tags.Replace("\\", "", StringComparison.Ordinal), StringComparison.Ordinal);
            }
        }
    }

    [Theory]
    [InlineData("no-such-thing", 2)]
    [InlineData("magnet:?dn=x", 2)]
    [InlineData("/dev/null", 1)]
    public async Task Says_in_one_line_what_is_wrong(string source, int exit)
    {
        await using var directory = new TempDirectory();

        var result = await Server.RunAsync(["shots", source, "--out", directory["out"], "--json"], Cancellation);

        Assert.Equal(exit, result.Exit);
        Assert.Empty(result.Output);
        Assert.Single(result.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.False(Directory.Exists(directory["out"]));
    }

    [Theory]
    [InlineData("shots", "x.mp4", "--count", "abc")]
    [InlineData("shots", "x.mp4", "--count", "61")]
    [InlineData("shots", "x.mp4", "--timeout", "0")]
    [InlineData("shots", "x.mp4", "--verification", "maybe")]
    [InlineData("shots", "x.mp4", "--no-such-option")]
    [InlineData("shots")]
    [InlineData("bogus")]
    public async Task Refuses_wrong_usage_without_a_stack_trace(params string[] arguments)
    {
        var result = await Server.RunAsync(arguments, Cancellation);

        Assert.Equal(2, result.Exit);
        Assert.Empty(result.Output);
        Assert.EndsWith("See --help.", result.Errors.TrimEnd(), StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Errors, StringComparison.Ordinal);
    }
}
