using EventTorrent.TestKit;

namespace EventTorrent.Benchmarks.Bytes;

/// <summary>One way to write a video of a real size, half a minute 32 times over: a container, with an index or without.</summary>
/// <param name="Demuxer">What ffmpeg calls the container.</param>
/// <param name="IsIndexed">Something in the file says where its keyframes are.</param>
/// <param name="Encoder">For containers that do not take H.264: arguments that encode the video; else nothing.</param>
/// <param name="Muxer">Arguments that write the container.</param>
internal sealed record BytesFilm(string Name, string Demuxer, bool IsIndexed, string[] Encoder, params string[] Muxer)
{
    private const string Loops = "31";
    private static readonly TimeSpan EncodeDeadline = TimeSpan.FromMinutes(20);
    private static readonly TimeSpan CopyDeadline = TimeSpan.FromMinutes(5);

    private static readonly TestVideoOptions Video = new()
    {
        Width = 1280, Height = 720, Noise = 22, VideoBitsPerSecond = 4_000_000, Preset = "superfast",
    };

    private static readonly string[] H264 = [];
    private static readonly string[] Asp = ["-c:v", "mpeg4", "-b:v", "2.5M", "-g", "240", "-bf", "1", "-c:a", "libmp3lame", "-b:a", "128k"];
    private static readonly string[] Wmv = ["-c:v", "wmv2", "-b:v", "2.5M", "-g", "100", "-c:a", "wmav2", "-b:a", "128k"];
    private static readonly string[] Vp8 = ["-s", "640x360", "-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "16", "-b:v", "2.5M", "-g", "128", "-c:a", "libopus", "-ar", "48000", "-b:a", "96k"];
    private static readonly string[] Mpeg2 = ["-c:v", "mpeg2video", "-b:v", "4M", "-g", "15", "-bf", "2", "-c:a", "mp2", "-b:a", "128k"];
    private const string Fragments = "frag_keyframe+empty_moov+default_base_moof";

    public static IReadOnlyList<BytesFilm> All { get; } =
    [
        new("MP4, moov at the end", "mov", true, H264, "-f", "mp4"),
        new("MP4, moov in front", "mov", true, H264, "-movflags", "+faststart", "-f", "mp4"),
        new("MP4 fragments, sidx", "mov", true, H264, "-movflags", $"+{Fragments}+skip_trailer+global_sidx", "-f", "mp4"),
        new("MP4 fragments, mfra", "mov", true, H264, "-movflags", "+" + Fragments, "-f", "mp4"),
        new("MP4 fragments, no index", "mov", false, H264, "-movflags", $"+{Fragments}+skip_trailer", "-f", "mp4"),
        new("Matroska, Cues at the end", "matroska", true, H264, "-f", "matroska"),
        new("Matroska, Cues in front", "matroska", true, H264, "-cues_to_front", "1", "-reserve_index_space", "100k", "-f", "matroska"),
        new("Matroska, no Cues", "matroska", false, H264, "-live", "1", "-f", "matroska"),
        new("WebM (VP8)", "matroska", true, Vp8, "-f", "webm"),
        new("AVI, idx1 (MPEG-4)", "avi", true, Asp, "-f", "avi"),
        new("FLV, index", "flv", true, H264, "-flvflags", "add_keyframe_index", "-f", "flv"),
        new("FLV, no index", "flv", false, H264, "-f", "flv"),
        new("ASF, index (WMV2)", "asf", true, Wmv, "-f", "asf"),
        new("MPEG-TS", "mpegts", false, H264, "-f", "mpegts"),
        new("M2TS", "mpegts", false, H264, "-mpegts_m2ts_mode", "1", "-f", "mpegts"),
        new("MPEG-PS (MPEG-2)", "mpeg", false, Mpeg2, "-f", "vob"),
    ];

    /// <summary>Writes it.</summary>
    public async Task MakeAsync(string path, CancellationToken cancellationToken) => await ToolProcess.RunAsync(
        "ffmpeg",
        [
            "-nostdin", "-v", "error", "-y", "-stream_loop", Loops, "-i", "file:" + await EncodeAsync(cancellationToken),
            "-map", "0", "-c", "copy", "-fflags", "+bitexact", .. Muxer, "file:" + path,
        ],
        CopyDeadline,
        cancellationToken);

    private Task<string> EncodeAsync(CancellationToken cancellationToken) => Encoder.Length == 0
        ? BenchCache.GetAsync("bytes-h264.mp4", async path =>
        {
            await using var directory = new TempDirectory();
            File.Move(await TestVideo.MakeAsync(Video, cancellationToken, directory.FullPath), path);
        })
        : BenchCache.GetAsync($"bytes.{Muxer[^1]}", async path => await ToolProcess.RunAsync(
            "ffmpeg",
            ["-nostdin", "-v", "error", "-y", "-i", "file:" + await All[0].EncodeAsync(cancellationToken), "-threads", "2", .. Encoder, "-fflags", "+bitexact", .. Muxer, "file:" + path],
            EncodeDeadline,
            cancellationToken));
}
