using System.Globalization;
using EventTorrent.Media.Containers;
using EventTorrent.Media.Decoding;
using EventTorrent.Media.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace EventTorrent.Media.Tests;

/// <summary>Every real file: the picture from a mini file is the one that the whole file gives, bit by bit.</summary>
public sealed class CorpusEquality
{
    private const int Shots = 10;

    /// <summary>Rounding of time stamps to microseconds in the reference.</summary>
    private const double MaxSecondsOff = 0.001;

    /// <summary>Containers that can be read, as the manifest calls them.</summary>
    private static readonly string[] Containers = ["mov", "matroska"];

    /// <summary>Files that ffmpeg decodes and that we refuse, with the name of the refusal.</summary>
    private static readonly Dictionary<string, (MediaErrorKind Kind, string Reason)> Refused = new()
    {
        ["androidx__sample_fragmented_variable_length_sgpd.mp4"] = (MediaErrorKind.Encrypted, "ffmpeg decodes noise, without the key"),
    };

    /// <summary>Files that give another number of shots than they have keyframes.</summary>
    private static readonly Dictionary<string, (int Shots, string Reason)> Other = new()
    {
        ["getid3__sample.3gp"] = (1, "its sync table is empty, which vouches for the first sample only"),
        ["fuzz__test.mp4"] = (10, "it calls the first sample of every fragment a keyframe"),
    };

    /// <summary>Files of whose first choices only so many are equal.</summary>
    private static readonly Dictionary<string, (int Equal, string Reason)> Unequal = new()
    {
        ["fuzz__test.mp4"] = (1, "most of what it calls keyframes are none: the shots come from their neighbours"),
        ["mp4parse__no_timescale.mp4"] = (2, "damaged pictures: what ffmpeg makes of the missing parts depends on the pictures before"),
    };

    /// <summary>Files whose blocks are compressed, with the size of each packet that ffmpeg makes of them.</summary>
    private static readonly Dictionary<string, int> Packed = new() { ["fate__prores_zlib.mkv"] = 82_240 };

    /// <summary>Files whose every picture is damaged, in the whole file as well.</summary>
    private static readonly HashSet<string> Damaged = ["mp4parse__no_timescale.mp4"];

    /// <summary>Files that ffmpeg refuses as a whole, for other tracks than the video.</summary>
    private static readonly HashSet<string> RefusedByFfmpeg = ["libwebm__blockgroup_block_ends_beyond_blockgroup.mkv"];

    [Fact]
    public async Task Every_chosen_keyframe_decodes_as_in_the_whole_file()
    {
        var output = TestContext.Current.TestOutputHelper!;
        var wrong = new List<string>();
        output.WriteLine($"{"file",-60} want  got equal time-off rounds blocks/needed");
        foreach (var file in Corpus.Files().Where(file => Containers.Contains(file.Container) && file.DecodedKeyframes > 0))
        {
            var (isRight, report) = await CompareAsync(file);
            var line = $"{file.Name,-60} {Wanted(file),4} {report}";
            output.WriteLine(line);
            if (!isRight)
                wrong.Add(line);
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public async Task A_file_without_decodable_keyframes_is_refused_by_name_or_gives_nothing()
    {
        using var screenshotter = new Screenshotter(new(), NullLogger<Screenshotter>.Instance);
        foreach (var file in Corpus.Files().Where(file => file.DecodedKeyframes == 0 && !RefusedByFfmpeg.Contains(file.Name)))
        {
            using var source = new FileByteSource(file.Path);
            var error = await Assert.ThrowsAsync<MediaException>(async () =>
            {
                var plan = await screenshotter.PlanAsync(source, Shots, TestContext.Current.CancellationToken);
                await screenshotter.TakeAsync(source, plan, new HashSet<int>(), TestContext.Current.CancellationToken)
                    .ToListAsync(TestContext.Current.CancellationToken);
            });
            TestContext.Current.TestOutputHelper!.WriteLine($"{file.Name,-60} {error.Kind}: {error.Message}");
        }
    }

    [Fact]
    public async Task A_damaged_sound_track_spoils_no_picture()
    {
        foreach (var name in RefusedByFfmpeg)
        {
            using var source = new FileByteSource(Corpus.PathOf(name));
            var shots = await Shoot.TakeAsync(source, await Shoot.PlanAsync(source));

            Assert.NotEmpty(shots);
            Assert.DoesNotContain(shots, shot => shot.IsDamaged);
        }
    }

    [Fact]
    public async Task Every_shot_becomes_a_whole_picture()
    {
        var wrong = new List<string>();
        var pictures = 0;
        foreach (var file in Corpus.Files().Where(file => Containers.Contains(file.Container) && file.DecodedKeyframes > 0 && !Refused.ContainsKey(file.Name)))
        {
            using var source = new FileByteSource(file.Path);
            var plan = await Shoot.PlanAsync(source, 3);
            var shots = await Shoot.TakeAsync(source, plan);
            pictures += shots.Count;
            if (shots.Count != plan.ShotCount || shots.Any(shot => shot.IsDamaged != Damaged.Contains(file.Name)))
                wrong.Add($"{file.Name}: {shots.Count} of {plan.ShotCount}, {shots.Count(shot => shot.IsDamaged)} damaged");
        }

        TestContext.Current.TestOutputHelper!.WriteLine($"{pictures} pictures");
        Assert.Empty(wrong);
    }

    private static int Equal(Corpus.Entry file, ScreenshotPlan plan) =>
        Unequal.TryGetValue(file.Name, out var unequal) ? unequal.Equal : plan.ShotCount;

    /// <summary>The packet that ffmpeg makes of a keyframe: a Matroska block without its headers.</summary>
    private static (long Offset, int Length) PacketOf(string container, Keyframe keyframe, ReadOnlySpan<byte> content)
    {
        const int TrackTimeAndFlags = 4;
        if (container != "matroska")
            return (keyframe.Offset, keyframe.Length);

        var (offset, length) = MatroskaBytes.PayloadOf(content);
        return (keyframe.Offset + offset, length - TrackTimeAndFlags);
    }

    private static int Wanted(Corpus.Entry file) =>
        Other.TryGetValue(file.Name, out var other) ? other.Shots : Math.Min(Shots, file.DecodedKeyframes);

    private static async Task<(bool IsRight, string Report)> CompareAsync(Corpus.Entry file)
    {
        var cancellation = TestContext.Current.CancellationToken;
        var options = new MediaOptions();
        using var screenshotter = new Screenshotter(options, NullLogger<Screenshotter>.Instance);
        using var local = new FileByteSource(file.Path);
        var source = new CountingByteSource(local);
        ScreenshotPlan plan;
        try
        {
            plan = await screenshotter.PlanAsync(source, Shots, cancellation);
        }
        catch (MediaException e)
        {
            var isRight = Refused.TryGetValue(file.Name, out var refusal) && refusal.Kind == e.Kind;
            return (isRight, $"   0     - {e.Kind}: {e.Message} ({(isRight ? refusal.Reason : "not expected")})");
        }

        Assert.True(ContainerReaders.TryFind(plan.Container, out var reader));
        var decoder = new PictureDecoder(options, new Ffmpeg(options, NullLogger.Instance));
        var packets = Corpus.KeyPackets(file.Name);
        var chosen = plan.Shots.Select(shot => shot.Keyframes[0]).ToArray();
        var bytes = await source.ReadAsync([.. chosen.Select(keyframe => keyframe.Range)], cancellation);
        var hashes = new List<(long Offset, string? Hash)>();
        var secondsOff = 0.0;
        foreach (var (keyframe, content) in chosen.Zip(bytes))
        {
            var miniFile = reader!.BuildMiniFile(plan.Heads[keyframe.Head], content);
            hashes.Add((PacketOf(plan.Container, keyframe, content.Span).Offset, await decoder.HashFrameAsync(reader.Demuxer, miniFile, cancellation)));
            var packet = PacketOf(plan.Container, keyframe, content.Span);
            if (Packed.TryGetValue(file.Name, out var unpackedLength))
                packet.Length = unpackedLength;
            if (!packets.TryGetValue(packet, out var time) && !Unequal.ContainsKey(file.Name))
                secondsOff = double.PositiveInfinity;
            else if (time is not null)
                secondsOff = Math.Max(secondsOff, Math.Abs(time.Value - keyframe.Time.TotalSeconds));
        }

        var equal = await CountEqualAsync(all: false);
        if (equal < plan.ShotCount)
            equal = await CountEqualAsync(all: true);

        return (
            plan.ShotCount == Wanted(file) && equal == Equal(file, plan) && secondsOff <= MaxSecondsOff,
            string.Create(CultureInfo.InvariantCulture,
                $"{plan.ShotCount,4} {equal,5} {secondsOff,8:0.0000} {source.Rounds,6} {(double)source.BlockBytes / Blocks.Touched(plan.Needed, plan.FileLength):0.00} {plan.Codec}"));

        async Task<int> CountEqualAsync(bool all)
        {
            var expected = await WholeFile.HashKeyframesAsync(file.Path, reader!.Demuxer, all);
            return hashes.Count(frame => frame.Hash is not null && expected[frame.Offset].Contains(frame.Hash));
        }
    }
}
