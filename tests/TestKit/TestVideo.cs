using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace EventTorrent.TestKit;

/// <summary>Makes videos with ffmpeg. The same video is made once per process and removed when the process ends.</summary>
public static class TestVideo
{
    private static readonly TimeSpan EncodeDeadline = TimeSpan.FromMinutes(5);
    private static readonly SemaphoreSlim One = new(1);
    private static readonly Lazy<string> Cache = new(CreateCache);

    /// <summary>The path of a video; treat the file as read-only, others use it too.</summary>
    /// <param name="directory">Where to keep it instead of the process's own cache.</param>
    public static async Task<string> MakeAsync(TestVideoOptions options, CancellationToken cancellationToken, string? directory = null)
    {
        directory = Directory.CreateDirectory(directory ?? Cache.Value).FullName;
        var key = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(options.ToString())))[..16];
        var path = Path.Combine(directory, $"{key}.{options.Container}");
        await One.WaitAsync(cancellationToken);
        try
        {
            if (!File.Exists(path))
            {
                var unfinished = Path.Combine(directory, $"{key}.tmp.{options.Container}");
                await ToolProcess.RunAsync("ffmpeg", Arguments(options, unfinished), EncodeDeadline, cancellationToken);
                File.Move(unfinished, path);
            }
        }
        finally
        {
            One.Release();
        }

        return path;
    }

    private static string[] Arguments(TestVideoOptions options, string output)
    {
        var seconds = Text(options.Duration.TotalSeconds);
        // No two frames of testsrc2 are alike: it shows a clock.
        string[] filters =
        [
            .. options.TurnsColours ? ["hue=h=15*t"] : Array.Empty<string>(),
            .. options.Noise > 0 ? [Text($"noise=alls={options.Noise}:allf=t")] : Array.Empty<string>(),
            "format=yuv420p",
        ];
        return
        [
            "-nostdin", "-v", "error", "-y",
            "-f", "lavfi", "-i", Text($"testsrc2=s={options.Width}x{options.Height}:r={options.FramesPerSecond}"),
            .. options.Audio ? ["-f", "lavfi", "-i", "sine=440:r=48000"] : Array.Empty<string>(),
            "-vf", string.Join(',', filters),
            "-t", seconds,
            // A fixed thread count keeps the bytes the same on every machine.
            "-c:v", options.Encoder, "-threads", "2",
            .. options.Encoder == "libx264" ? ["-preset", options.Preset, "-g", "100000", "-sc_threshold", "0"] : Array.Empty<string>(),
            .. options.VideoBitsPerSecond is { } rate ? ["-b:v", Text(rate)] : Array.Empty<string>(),
            "-force_key_frames", KeyframeTimes(options),
            .. options.Audio ? ["-c:a", "aac", "-b:a", "96k", "-ac", "2"] : Array.Empty<string>(),
            "-fflags", "+bitexact", "-flags:v", "+bitexact", "-flags:a", "+bitexact",
            .. options.MoovAtFront ? ["-movflags", "+faststart"] : Array.Empty<string>(),
            "file:" + output,
        ];
    }

    private static string KeyframeTimes(TestVideoOptions options)
    {
        var gops = options.GopSeconds.Split(' ').Select(text => double.Parse(text, CultureInfo.InvariantCulture)).ToArray();
        var times = new List<string>();
        var time = 0.0;
        for (var gop = 0; time < options.Duration.TotalSeconds; gop++)
        {
            times.Add(Text(time));
            time = Math.Round(time + gops[gop % gops.Length], 3);
        }

        return string.Join(',', times);
    }

    private static string Text(FormattableString value) => FormattableString.Invariant(value);

    private static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);

    private static string CreateCache()
    {
        var path = Directory.CreateTempSubdirectory("eventtorrent-testkit-videos-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(path, recursive: true);
        return path;
    }
}
