using EventTorrent.TestKit;

namespace EventTorrent.Benchmarks.Memory;

/// <summary>Small files for many tasks: videos in several containers, and some of which no picture can be had. Each is many torrents.</summary>
internal sealed class MemoryFilms
{
    public const string Good = "Completed";
    private const int PieceLengthBytes = 256 * 1024;
    private static readonly TimeSpan ConvertDeadline = TimeSpan.FromMinutes(10);

    private static readonly TestVideoOptions Video = new() { Duration = TimeSpan.FromSeconds(60), Width = 640, Height = 360, FramesPerSecond = 5, Noise = 12, VideoBitsPerSecond = 1_000_000 };

    private static readonly string[] Copy = ["-c", "copy"];
    private static readonly string[] Small = ["-t", "10", "-s", "320x180"];

    private static readonly (string Name, string[] Arguments)[] Others =
    [
        ("memory.mov", Copy),
        ("memory.mkv", Copy),
        ("memory.avi", Copy),
        ("memory.flv", Copy),
        ("memory.ts", Copy),
        ("memory.webm", [.. Small, "-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "16", "-b:v", "1M", "-g", "10", "-an"]),
        ("memory.wmv", [.. Small, "-c:v", "wmv2", "-b:v", "1M", "-g", "10", "-an"]),
        ("memory.mpg", [.. Small, "-r", "25", "-c:v", "mpeg2video", "-b:v", "1M", "-g", "10", "-an", "-f", "vob"]),
    ];

    private readonly List<(string Path, string Ending)> _films = [];

    private MemoryFilms()
    {
    }

    /// <summary>How many different ones there are.</summary>
    public int Count => _films.Count;

    public static async Task<MemoryFilms> MakeAsync(TempDirectory directory, CancellationToken cancellationToken)
    {
        var films = new MemoryFilms();
        var mp4 = await BenchCache.GetAsync("memory.mp4", async path =>
        {
            await using var made = new TempDirectory();
            File.Move(await TestVideo.MakeAsync(Video, cancellationToken, made.FullPath), path);
        });
        films._films.Add((mp4, Good));
        foreach (var (name, arguments) in Others)
        {
            films._films.Add((await BenchCache.GetAsync(name, path => ToolProcess.RunAsync(
                "ffmpeg", ["-nostdin", "-v", "error", "-y", "-i", mp4, .. arguments, "file:" + path], ConvertDeadline, cancellationToken)), Good));
        }

        var content = await File.ReadAllBytesAsync(mp4, cancellationToken);
        await films.AddAsync(directory["cut.mp4"], content[..(content.Length / 2)], "IndexNotFound", cancellationToken);
        await films.AddAsync(directory["packed.mp4"], [.. "PK\u0003\u0004"u8, .. content], "PackedArchive", cancellationToken);
        await films.AddAsync(directory["noise.mp4"], Enumerable.Repeat((byte)0xAA, content.Length).ToArray(), "NotAVideo", cancellationToken);
        await films.AddAsync(directory["blank.mp4"], WithoutPictures(content), "DecodeFailed", cancellationToken);
        return films;
    }

    /// <summary>A torrent of the film with a number, whose infohash no other has, and the state or failure in which its task must end.</summary>
    public async Task<(TestTorrent Torrent, string Ending)> BuildAsync(int number, CancellationToken cancellationToken)
    {
        var (path, ending) = _films[number % _films.Count];
        var builder = new TorrentBuilder { PieceLengthBytes = PieceLengthBytes, Tamper = info => info["source"] = Guid.NewGuid().ToString() };
        return (await builder.BuildAsync(path, cancellationToken), ending);
    }

    /// <summary>Zeros in the place of all pictures; the index, at the end, is whole.</summary>
    private static byte[] WithoutPictures(byte[] mp4)
    {
        var (start, end) = (mp4.AsSpan().IndexOf("mdat"u8) + 4, mp4.AsSpan().LastIndexOf("moov"u8) - 4);
        byte[] blank = [.. mp4];
        blank.AsSpan(start..end).Clear();
        return blank;
    }

    private async Task AddAsync(string path, byte[] content, string ending, CancellationToken cancellationToken)
    {
        await File.WriteAllBytesAsync(path, content, cancellationToken);
        _films.Add((path, ending));
    }
}
