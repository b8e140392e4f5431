using System.Diagnostics;

namespace EventTorrent.Media.Tests.Support;

/// <summary>Runs ffmpeg to make videos and to decode them the ordinary way, from the whole file.</summary>
internal static class Tool
{
    public static async Task<(int ExitCode, string Output, string Errors)> RunAsync(string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);

        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output, await errors);
    }

    /// <summary>Runs ffmpeg and fails the test when ffmpeg fails.</summary>
    public static async Task FfmpegAsync(params string[] arguments)
    {
        var (exitCode, _, errors) = await RunAsync("ffmpeg", ["-nostdin", "-y", "-v", "error", .. arguments]);
        Assert.True(exitCode == 0, errors);
    }
}
