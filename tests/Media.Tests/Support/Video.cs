namespace EventTorrent.Media.Tests.Support;

/// <summary>A video that ffmpeg made for one test, deleted with it.</summary>
internal sealed class Video : IDisposable
{
    private Video(string path) => Path = path;

    public string Path { get; }

    /// <summary>320x180 at 25 pictures per second for 20 s with a keyframe each second, in H.264 with B-frames.</summary>
    public static Task<Video> MakeAsync(string name = "video.mp4") =>
        MakeAsync(name, ["-f", "lavfi", "-i", Pattern(20, "320x180")], H264, ["-preset", "ultrafast"]);

    /// <param name="name">Its extension decides the container.</param>
    /// <param name="arguments">Inputs and encoders.</param>
    public static async Task<Video> MakeAsync(string name, params IEnumerable<string>[] arguments)
    {
        var directory = Directory.CreateTempSubdirectory("eventtorrent-media-");
        var video = new Video(System.IO.Path.Join(directory.FullName, name));
        await Tool.FfmpegAsync([.. arguments.SelectMany(part => part), video.Path]);
        return video;
    }

    public static string[] H264 => ["-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p", "-g", "25", "-keyint_min", "25", "-bf", "2"];

    /// <summary>A moving picture, different each second.</summary>
    public static string Pattern(int seconds, string size = "640x360") => $"testsrc2=size={size}:rate=25:duration={seconds}";

    public byte[] Read() => File.ReadAllBytes(Path);

    public FileByteSource Open() => new(Path);

    public void Dispose() => Directory.Delete(System.IO.Path.GetDirectoryName(Path)!, recursive: true);
}
