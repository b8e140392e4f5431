using System.Diagnostics;
using EventTorrent.Media;
using EventTorrent.Media.Hls;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace EventTorrent.Benchmarks.Hls;

/// <summary>The maker as a worker has it, and plain ffmpeg.</summary>
internal static class HlsTools
{
    public static HlsMaker Maker(params (string Key, string Value)[] options)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(options.ToDictionary(option => option.Key, option => (string?)option.Value)).Build();
        return new ServiceCollection().AddLogging().AddHls(configuration).BuildServiceProvider().GetRequiredService<HlsMaker>();
    }

    public static Task FfmpegAsync(string[] arguments, CancellationToken cancellationToken) =>
        RunAsync("ffmpeg", ["-hide_banner", "-nostdin", "-v", "error", "-y", .. arguments], cancellationToken);

    /// <summary>
    /// Runs a program as the maker runs ffmpeg, in the session of this process: Linux shares processors among sessions, and what has one of its
    /// own gets another share.
    /// </summary>
    /// <returns>Its standard output.</returns>
    /// <exception cref="InvalidOperationException">Its exit code is not 0; the message has its errors.</exception>
    public static async Task<string> RunAsync(string program, IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        await using var kill = cancellationToken.Register(process.Kill);
        var errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        var output = await process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        await process.WaitForExitAsync(CancellationToken.None);
        cancellationToken.ThrowIfCancellationRequested();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"{program} ended with {process.ExitCode}:\n{await errors}");
    }

    /// <summary>The options that the maker gives for segments.</summary>
    public static string[] Segments(string directory, string name) =>
    [
        "-output_ts_offset", "10", "-avoid_negative_ts", "disabled", "-muxdelay", "0", "-muxpreload", "0", "-f", "hls", "-hls_time", "4", "-hls_playlist_type", "vod",
        "-hls_segment_filename", Path.Join(directory, name + "_%05d.ts"), Path.Join(directory, name + ".m3u8"),
    ];
}
