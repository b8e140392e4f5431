using EventTorrent.Media.Tests.Support;

namespace EventTorrent.Fuzz;

/// <summary>Every container reader, with seeds that ffmpeg makes: one line each.</summary>
internal static class FuzzTargets
{
    private static readonly string[] Small = ["-c:v", "libx264", "-preset", "ultrafast", "-bf", "1", "-g", "3", "-pix_fmt", "yuv420p", "-fflags", "+bitexact"];

    /// <summary>One keyframe only, so that it is looked for from afar.</summary>
    private static readonly string[] Long = ["-s", "160x120", "-g", "100", "-bf", "2", "-b:v", "1M"];

    private static readonly Dictionary<string, (Func<byte[], List<Element>> Walk, (string File, string[] Arguments)[] Seeds)> All = new()
    {
        ["mp4"] = (Walkers.Mp4, [("a.mp4", []), ("b.mov", ["-movflags", "+faststart"])]),
        ["fragmented-mp4"] = (Walkers.Mp4,
        [
            ("a.mp4", ["-movflags", "+frag_keyframe+empty_moov"]),
            ("b.mp4", ["-movflags", "+frag_keyframe+empty_moov+default_base_moof+global_sidx"]),
            ("c.mp4", ["-movflags", "+frag_keyframe+dash"]),
            ("d.mp4", ["-movflags", "+frag_keyframe+empty_moov+skip_trailer"]),
            ("e.mp4", [.. Long, "-movflags", "+frag_keyframe+empty_moov+skip_trailer"]),
        ]),
        ["matroska"] = (Walkers.Ebml,
        [
            ("a.mkv", []),
            ("b.mkv", ["-reserve_index_space", "1000"]),
            ("c.mkv", ["-live", "1", "-cluster_time_limit", "200"]),
            ("d.mkv", ["-cluster_time_limit", "100", "-metadata", "title=test"]),
            ("e.mkv", [.. Long, "-live", "1"]),
        ]),
        ["avi"] = (Walkers.Riff, [("a.avi", []), ("b.avi", ["-c:v", "mpeg4"]), ("c.avi", ["-c:v", "mjpeg", "-bf", "0", "-pix_fmt", "yuvj420p"])]),
        ["flv"] = (Walkers.Flv, [("a.flv", ["-ar", "11025"]), ("b.flv", ["-ar", "11025", "-flvflags", "add_keyframe_index"]), ("c.flv", [.. Long, "-ar", "11025"])]),
        ["asf"] = (Walkers.Asf, [("a.wmv", ["-c:v", "wmv2", "-bf", "0", "-b:a", "32k", "-packet_size", "1000"]), ("b.asf", ["-c:v", "msmpeg4", "-bf", "0", "-an", "-packet_size", "400"])]),
        ["transport-stream"] = (Walkers.Ts, [("a.ts", []), ("c.ts", Long), ("b.m2ts", ["-mpegts_m2ts_mode", "1", "-c:v", "mpeg2video", "-c:a", "mp2", "-ar", "16000"])]),
        ["program-stream"] = (Walkers.Ps, [("a.mpg", ["-c:v", "mpeg2video", "-c:a", "mp2", "-ar", "16000"]), ("b.mpg", ["-c:v", "mpeg1video", "-c:a", "mp2", "-ar", "16000"])]),
    };

    /// <summary>What the source that ffmpeg reads from lets anybody on the machine say.</summary>
    private static readonly FuzzTarget RangeRequests = new(
        "range-request",
        [
            .. new[]
            {
                "GET /0123456789abcdef HTTP/1.1\r\nUser-Agent: Lavf/59.27.100\r\nAccept: */*\r\nRange: bytes=0-\r\nConnection: close\r\nHost: 127.0.0.1:32000\r\n\r\n",
                "GET /a HTTP/1.0\r\nRange: bytes=1234567890-9223372036854775807\r\n\r\n",
            }.Select(System.Text.Encoding.ASCII.GetBytes),
        ],
        Walkers.Lines,
        UntrustedRequest.ReadAsync);

    public static IEnumerable<string> Names => [.. All.Keys, RangeRequests.Name];

    /// <summary>The planner with seeds of one container: 25 pictures of 32x32, some with sound.</summary>
    public static async Task<FuzzTarget> MakeAsync(string name, CancellationToken cancellationToken)
    {
        if (name == RangeRequests.Name)
            return RangeRequests;

        var (walk, seeds) = All[name];
        var files = new List<byte[]>();
        foreach (var (file, arguments) in seeds)
        {
            using var video = await Video.MakeAsync(
                file, ["-f", "lavfi", "-i", Video.Pattern(1, "32x32"), "-f", "lavfi", "-i", "sine=duration=1:sample_rate=8000"], Small, ["-b:a", "8k"], arguments);
            files.Add(video.Read());
        }

        return new(name, files, walk, file => UntrustedFile.ReadAsync(file, cancellationToken));
    }
}
