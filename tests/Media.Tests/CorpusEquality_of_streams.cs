using System.Globalization;
using EventTorrent.Media.Containers;
using EventTorrent.Media.Tests.Support;

namespace EventTorrent.Media.Tests;

/// <summary>
/// Every real AVI, FLV, ASF, transport and program stream: the picture from a mini file is the one that the whole file
/// gives, bit by bit.
/// </summary>
public sealed class CorpusEquality_of_streams
{
    private const int Shots = 10;

    private static readonly string[] Containers = ["avi", "flv", "asf", "mpegts", "mpeg"];

    /// <summary>Files that ffmpeg decodes and that we refuse, with the name of the refusal.</summary>
    private static readonly Dictionary<string, (MediaErrorKind Kind, string Reason)> Refused = new()
    {
        ["fate__wmv_drm.wmv"] = (MediaErrorKind.Encrypted, "ffmpeg decodes noise, without the key"),
    };

    /// <summary>Begins in the middle of a packet: nothing at its start tells us what it is, and ffmpeg reads it itself.</summary>
    private const string Paged = "fate__roundup997.mp4";

    /// <summary>Files that give fewer shots than the demuxer flags keyframes, or fewer equal ones than shots.</summary>
    private static readonly Dictionary<string, (int Shots, int Equal, string Reason)> Fewer = new()
    {
        ["fate__2004-12-17-uebung9-partial.avi"] = (1, 1, "has lost its index, and nothing in its pictures tells keyframes apart"),
        ["fate__g2m2.mp4"] = (1, 1, "its index leaves out the first keyframe"),
        ["fate__roundup1414.mp4"] = (6, 6, "two packets hold two keyframes each, and a packet is good for one"),
        ["fate__wmv8_x8intra.wmv"] = (8, 4, "its index leaves one out; the decoder's pictures depend on what it has decoded before (ffmpeg -ss gives ours)"),
    };

    [Fact]
    public async Task Every_chosen_keyframe_decodes_as_in_the_whole_file()
    {
        var wrong = new List<string>();
        TestContext.Current.TestOutputHelper!.WriteLine($"{"file",-50} want  got equal time-off rounds blocks/needed");
        foreach (var file in Corpus.Files().Where(file => Containers.Contains(file.Container) && file.DecodedKeyframes > 0 && file.Name != Paged))
        {
            var (isRight, report) = await CompareAsync(file);
            var line = $"{file.Name,-50} {Wanted(file).Shots,4} {report}";
            TestContext.Current.TestOutputHelper!.WriteLine(line);
            if (!isRight)
                wrong.Add(line);
        }

        Assert.Empty(wrong);
    }

    private static (int Shots, int Equal) Wanted(Corpus.Entry file)
    {
        if (Fewer.TryGetValue(file.Name, out var fewer))
            return (fewer.Shots, fewer.Equal);
        // Of program streams, not every keyframe's packet is known by its place.
        var wanted = Math.Clamp(file.Container == "mpeg" ? file.DecodedKeyframes : Corpus.KeyPackets(file.Name).Count, 1, Shots);
        return (wanted, wanted);
    }

    /// <summary>
    /// The index of ASF gives no times but numbers of seconds; where a program stream gives none, or an AVI's index lies, it is estimated.
    /// </summary>
    private static double MaxSecondsOff(Corpus.Entry file) => file.Container switch
    {
        "asf" => file.Name == "fate__g2m2.mp4" ? 10 : 1,
        "mpeg" => 1,
        _ => file.Name == "fate__pcitva15.avi" ? 1 : 0.001,
    };

    private static bool IsIn(ILookup<long, string> whole, Corpus.Entry file, Keyframe keyframe, string hash) =>
        file.Container == "mpeg" ? whole.Any(pictures => pictures.Contains(hash)) : whole[Position(file, keyframe)].Contains(hash);

    /// <summary>Where ffmpeg says that the picture is: in AVI, behind the chunk's header.</summary>
    private static long Position(Corpus.Entry file, Keyframe keyframe) => keyframe.Offset + (file.Container == "avi" ? 8 : 0);

    private static async Task<(bool IsRight, string Report)> CompareAsync(Corpus.Entry file)
    {
        var cancellation = TestContext.Current.CancellationToken;
        using var local = new FileByteSource(file.Path);
        var source = new CountingByteSource(local);
        ScreenshotPlan plan;
        try
        {
            plan = await Shoot.PlanAsync(source, Shots);
        }
        catch (MediaException e)
        {
            var isRight = Refused.TryGetValue(file.Name, out var refusal) && refusal.Kind == e.Kind;
            return (isRight, $"   0     - {e.Kind}: {e.Message} ({(isRight ? refusal.Reason : "not expected")})");
        }

        Assert.True(ContainerReaders.TryFind(plan.Container, out var reader));
        var decoder = Shoot.Decoder();
        var times = Corpus.KeyPackets(file.Name).ToLookup(packet => packet.Key.Offset, packet => packet.Value);
        var chosen = plan.Shots.Select(shot => shot.Keyframes[0]).ToArray();
        var bytes = await source.ReadAsync([.. chosen.Select(keyframe => keyframe.Range)], cancellation);
        var expected = await WholeFile.HashKeyframesAsync(file.Path, reader!.Demuxer);
        var all = new Lazy<Task<ILookup<long, string>>>(() => WholeFile.HashKeyframesAsync(file.Path, reader.Demuxer, all: true));
        // Packets of transport and program streams have times that begin anywhere.
        var start = file.Container is "mpegts" or "mpeg" && chosen.Length > 0
            ? times[chosen[0].Offset].FirstOrDefault(time => time is not null) - chosen[0].Time.TotalSeconds ?? 0
            : 0;
        var (equal, secondsOff) = (0, 0.0);
        foreach (var (keyframe, content) in chosen.Zip(bytes))
        {
            var miniFile = reader.BuildMiniFile(plan.Heads[keyframe.Head], content);
            var hash = await decoder.HashFrameAsync(reader.Demuxer, miniFile, cancellation);
            if (hash is not null && (IsIn(expected, file, keyframe, hash) || IsIn(await all.Value, file, keyframe, hash)))
                equal++;
            secondsOff = Math.Max(secondsOff, times[Position(file, keyframe)].Where(time => time is not null)
                .Select(time => Math.Abs(time!.Value - start - keyframe.Time.TotalSeconds)).DefaultIfEmpty(0).Min());
        }

        return ((plan.ShotCount, equal) == Wanted(file) && secondsOff <= MaxSecondsOff(file), string.Create(CultureInfo.InvariantCulture,
            $"{plan.ShotCount,4} {equal,5} {secondsOff,8:0.0000} {source.Rounds,6} {(double)source.BlockBytes / Blocks.Touched(plan.Needed, plan.FileLength):0.00} {plan.Codec} {plan.Duration.TotalSeconds:0.00} s"));
    }
}
