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

    /// <summary>The pixels of a JPEG as an ordinary viewer sees them: red, green and blue for each.</summary>
    public static async Task<byte[]> PixelsAsync(ReadOnlyMemory<byte> jpeg)
    {
        var directory = Directory.CreateTempSubdirectory("eventtorrent-pixels-");
        try
        {
            var (input, output) = (Path.Join(directory.FullName, "in.jpg"), Path.Join(directory.FullName, "out.rgb"));
            await File.WriteAllBytesAsync(input, jpeg, TestContext.Current.CancellationToken);
            await FfmpegAsync("-i", input, "-f", "rawvideo", "-pix_fmt", "rgb24", output);
            return await File.ReadAllBytesAsync(output, TestContext.Current.CancellationToken);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }
}
