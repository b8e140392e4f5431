using System.Globalization;
using EventTorrent.Media.Decoding;
using EventTorrent.Media.Hls;
using Microsoft.Extensions.Logging.Abstractions;

namespace EventTorrent.Media.Tests.Support;

/// <summary>A stream that was made for one test, deleted with it.</summary>
internal sealed class MadeStream : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("eventtorrent-hls-");

    private MadeStream() => Folder = new(Path.Join(_directory.FullName, "0"));

    public HlsFolder Folder { get; }

    public HlsPlan Plan { get; private set; } = null!;

    public string this[string name] => Path.Join(Folder.Final, name);

    public IEnumerable<string> Names => Directory.EnumerateFiles(Folder.Final).Select(file => Path.GetFileName(file)).Order();

    public string Master => File.ReadAllText(this[HlsFolder.Master]);

    /// <summary>Plans, makes every item and joins them. Quick settings, whatever else is asked for.</summary>
    public static async Task<MadeStream> MakeAsync(string source, HlsOptions? options = null, params SideSubtitle[] sides)
    {
        var made = new MadeStream();
        var maker = Maker(options ?? new());
        made.Plan = await maker.PlanAsync(source, made.Folder, sides, TestContext.Current.CancellationToken);
        // Last to first: the order must not matter.
        for (var item = made.Plan.ItemCount - 1; item >= 0; item--)
        {
            Assert.False(await maker.TryFinishAsync(made.Plan, made.Folder, TestContext.Current.CancellationToken));
            await maker.MakeAsync(made.Plan, item, source, made.Folder, _ => { }, TestContext.Current.CancellationToken);
        }

        Assert.True(await maker.TryFinishAsync(made.Plan, made.Folder, TestContext.Current.CancellationToken));
        Assert.False(Directory.Exists(made.Folder.Work));
        return made;
    }

    public static HlsMaker Maker(HlsOptions options, MediaOptions? media = null)
    {
        media ??= new();
        if (options.Preset == new HlsOptions().Preset)
            options.Preset = "ultrafast";
        options.Threads = 1;
        return new(options, media, new Ffmpeg(media, NullLogger.Instance), TimeProvider.System, NullLogger.Instance);
    }

    /// <summary>Presentation times of the packets of a file or playlist, in seconds and in order; -1 for none.</summary>
    public static async Task<List<double>> TimesAsync(string path, string stream, bool keyframesOnly = false)
    {
        var (exitCode, output, errors) = await Tool.RunAsync(
            "ffprobe", ["-v", "error", "-select_streams", stream, "-show_entries", "packet=pts_time,flags", "-of", "csv=p=0", path]);
        Assert.True(exitCode == 0, errors);
        return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(line => line.Split(','))
            .Where(cells => !keyframesOnly || cells[1].StartsWith('K'))
            .Select(cells => double.TryParse(cells[0], CultureInfo.InvariantCulture, out var time) ? time : -1)
            .Order()];
    }

    /// <summary>How many frames a decoder makes of a stream.</summary>
    public static async Task<int> CountFramesAsync(string path, string stream)
    {
        var (exitCode, output, errors) = await Tool.RunAsync(
            "ffprobe", ["-v", "error", "-count_frames", "-select_streams", stream, "-show_entries", "stream=nb_read_frames", "-of", "default=nw=1:nk=1", path]);
        Assert.True(exitCode == 0 && errors.Length == 0, errors);
        return int.Parse(output.Split('\n')[0], CultureInfo.InvariantCulture);
    }

    /// <summary>One property of a stream, as ffprobe names it.</summary>
    public static async Task<string> AskAsync(string path, string stream, string property)
    {
        var (_, output, _) = await Tool.RunAsync(
            "ffprobe", ["-v", "error", "-select_streams", stream, "-show_entries", $"stream={property}", "-of", "default=nw=1:nk=1", path]);
        return output.Split('\n')[0];
    }

    /// <summary>Quality of each frame's luma against the source, in dB, in the order in which they are shown.</summary>
    public static async Task<List<double>> QualityAsync(string path, string source)
    {
        var (exitCode, output, errors) = await Tool.RunAsync(
            "ffmpeg",
            [
                "-nostdin", "-v", "error", "-i", path, "-i", source, "-lavfi",
                "[0:v]settb=1/25,setpts=N[a];[1:v]settb=1/25,setpts=N[b];[a][b]psnr,metadata=print:key=lavfi.psnr.psnr.y:file=-", "-f", "null", "-",
            ]);
        Assert.True(exitCode == 0, errors);
        return [.. output.Split('\n').Where(line => line.Contains('=', StringComparison.Ordinal)).Select(line => double.Parse(line.Split('=')[1], CultureInfo.InvariantCulture))];
    }

    /// <summary>Every packet is at the time that it has in the source, counted from the start of the source.</summary>
    public async Task HasTimesOfAsync(string source, string stream, string playlist)
    {
        var start = Plan.StartMicroseconds / 1e6;
        var expected = await TimesAsync(source, stream);
        var actual = await TimesAsync(this[playlist], stream[..1] + ":0");
        Assert.Equal(expected.Count, actual.Count);
        // A tick of MPEG's clock for pictures; sound is finer than Matroska's milliseconds.
        var most = stream.StartsWith('v') ? 0.00002 : 0.0006;
        Assert.InRange(expected.Zip(actual).Max(pair => Math.Abs(pair.Second - 10 - (pair.First - start))), 0, most);
    }

    public void Dispose() => _directory.Delete(recursive: true);
}
