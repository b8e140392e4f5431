using EventTorrent.Media.Hls;
using EventTorrent.TestKit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using EventTorrent.Media;

namespace EventTorrent.Benchmarks.Hls;

/// <summary>The maker as a worker has it, and plain ffmpeg.</summary>
internal static class HlsTools
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);

    public static HlsMaker Maker(params (string Key, string Value)[] options)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(options.ToDictionary(option => option.Key, option => (string?)option.Value)).Build();
        return new ServiceCollection().AddLogging().AddHls(configuration).BuildServiceProvider().GetRequiredService<HlsMaker>();
    }

    public static Task<string> FfmpegAsync(string[] arguments, CancellationToken cancellationToken) =>
        ToolProcess.RunAsync("ffmpeg", ["-hide_banner", "-nostdin", "-v", "error", "-y", .. arguments], Patience, cancellationToken);

    /// <summary>The options that the maker gives for segments.</summary>
    public static string[] Segments(string directory, string name) =>
    [
        "-output_ts_offset", "10", "-avoid_negative_ts", "disabled", "-muxdelay", "0", "-muxpreload", "0", "-f", "hls", "-hls_time", "4", "-hls_playlist_type", "vod",
        "-hls_segment_filename", Path.Join(directory, name + "_%05d.ts"), Path.Join(directory, name + ".m3u8"),
    ];
}
