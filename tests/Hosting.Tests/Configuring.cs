namespace EventTorrent.Hosting.Tests;

/// <summary>What a person sees of a program that is told something wrong, or asked for help.</summary>
public sealed class Configuring
{
    [Theory]
    [InlineData("Sagas", "Sagas:MaxAttempts", "0")]
    [InlineData("Sagas", "Sagas:Heartbeat", "soon")]
    [InlineData("Sagas", "Bus:Transport", "Pigeon")]
    [InlineData("Sagas", "Storage:Provider", "Oracle")]
    [InlineData("Api", "Api:MaxPageSize", "many")]
    [InlineData("Api", "Bus:Address", "http://localhost")]
    [InlineData("Workers.Screenshot", "Screenshots:Slots", "1000")]
    [InlineData("Workers.Screenshot", "Torrents:MemoryMiB", "1")]
    [InlineData("Workers.Transcode", "Hls:Preset", "placebo")]
    public async Task Wrongly_ends_in_lines_that_name_the_key(string program, string key, string value)
    {
        var (code, output) = await HostProcess.RunAsync(program, $"--{key}", value, "--Urls", "http://127.0.0.1:0");

        Assert.Equal(2, code);
        Assert.Contains(key, output, StringComparison.Ordinal);
        Assert.True(output.Split('\n').Length == 1, output);
    }

    [Theory]
    [InlineData("Sagas", "8081", "Bus", "Sagas", "Storage")]
    [InlineData("Api", "8080", "Api", "Bus", "Storage")]
    [InlineData("Workers.Screenshot", "8082", "Bus", "Media", "Screenshots", "Torrents")]
    [InlineData("Workers.Transcode", "8084", "Bus", "Hls", "Media", "Transcodes", "Volume")]
    public async Task Begins_with_help_that_lists_every_section_and_where_it_listens(string program, string port, params string[] sections)
    {
        var (code, output) = await HostProcess.RunAsync(program, "--help");

        Assert.Equal(0, code);
        Assert.Contains($"http://127.0.0.1:{port}", output, StringComparison.Ordinal);
        Assert.All((string[])["Watchdog", .. sections], section => Assert.Contains($"\n{section}\n", output, StringComparison.Ordinal));
    }
}
