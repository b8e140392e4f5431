using System.Diagnostics;
using EventTorrent.Media.Tests.Support;

namespace EventTorrent.Media.Tests;

/// <summary>Whatever a file claims, planning ends soon, needs little memory, and throws nothing but <see cref="MediaException"/>.</summary>
public sealed class Hostile_files
{
    private static readonly uint[] Numbers = [0, 1, 2, 7, 8, 9, 15, 16, 0xFF, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFF0, uint.MaxValue];

    [Fact]
    public async Task Any_box_may_lie_about_its_size()
    {
        var file = await SmallFileAsync();

        foreach (var box in Mp4Bytes.Walk(file))
        {
            foreach (var size in Numbers)
            {
                var copy = file.ToArray();
                Mp4Bytes.Put(copy, box.Offset, size);
                await PlanOrRefuseAsync(copy, $"{box.Path} with size {size}");
            }
        }
    }

    [Fact]
    public async Task Any_number_in_the_index_may_lie()
    {
        var file = await SmallFileAsync();
        var moov = Mp4Bytes.Find(file, "moov");

        for (var position = moov.Offset; position + 4 <= moov.Offset + moov.Length; position++)
        {
            foreach (var number in Numbers)
            {
                var copy = file.ToArray();
                Mp4Bytes.Put(copy, position, number);
                await PlanOrRefuseAsync(copy, $"{number} at {position}");
            }
        }
    }

    [Fact]
    public async Task A_file_may_end_anywhere()
    {
        var file = await SmallFileAsync();
        using var front = await Video.MakeAsync("front.mp4", ["-f", "lavfi", "-i", Video.Pattern(1, "64x64")], Video.H264, ["-movflags", "+faststart"]);

        foreach (var whole in (byte[][])[file, front.Read()])
        {
            for (var length = 0; length < whole.Length; length++)
                await PlanOrRefuseAsync(whole[..length], $"cut to {length}");
        }
    }

    [Theory]
    [InlineData(0x0000_0000_0000_0000)]
    [InlineData(0x0000_0000_0000_000F)]
    [InlineData(0x7FFF_FFFF_FFFF_FFFF)]
    [InlineData(0x8000_0000_0000_0000)]
    [InlineData(0xFFFF_FFFF_FFFF_FFFF)]
    public async Task A_64_bit_size_may_lie(ulong size)
    {
        byte[] huge = [.. Mp4Bytes.UInt32(1), .. "moov"u8, .. Mp4Bytes.UInt64(size), .. new byte[64]];

        var error = await RefuseAsync(huge, $"size {size}");

        Assert.NotEqual(MediaErrorKind.NotAVideo, error.Kind);
    }

    [Fact]
    public async Task A_moov_box_beyond_the_limit_is_not_read()
    {
        var source = new HugeSource(1L << 41, [.. Mp4Bytes.UInt32(1), .. "moov"u8, .. Mp4Bytes.UInt64(1L << 40)]);

        var error = await Assert.ThrowsAsync<MediaException>(() => Shoot.PlanAsync(source));

        Assert.Equal(MediaErrorKind.LimitExceeded, error.Kind);
        Assert.InRange(source.BytesRead, 1, 64 * 1024);
    }

    [Theory]
    [InlineData("stsz", 12)]
    [InlineData("stts", 8)]
    [InlineData("ctts", 8)]
    [InlineData("stsc", 8)]
    [InlineData("stco", 8)]
    [InlineData("stss", 8)]
    [InlineData("stsd", 8)]
    public async Task A_count_of_four_billion_entries_is_bounded_by_the_box(string table, int position)
    {
        var file = await SmallFileAsync();

        var plan = await PlanOrRefuseAsync(Mp4Bytes.With(file, "moov/trak/mdia/minf/stbl/" + table, position + 4, uint.MaxValue), table);

        Assert.NotNull(plan);
    }

    [Fact]
    public async Task Four_billion_samples_of_one_size_are_refused()
    {
        var file = ConstantSamples(await SmallFileAsync(), uint.MaxValue);

        var error = await RefuseAsync(file, "2^32 samples");

        Assert.Equal(MediaErrorKind.LimitExceeded, error.Kind);
    }

    [Fact]
    public async Task As_many_samples_as_are_allowed_cost_little()
    {
        var file = ConstantSamples(await SmallFileAsync(), 10_000_000);

        var plan = await PlanOrRefuseAsync(file, "10 million samples");

        Assert.Equal(10, plan!.ShotCount);
    }

    [Theory]
    [InlineData("moov")]
    [InlineData("trak")]
    [InlineData("free")]
    public async Task Depth_costs_nothing(string type)
    {
        var nested = Array.Empty<byte>();
        for (var depth = 0; depth < 1000; depth++)
            nested = Mp4Bytes.Box(type, nested);

        await RefuseAsync(nested, $"1000 nested {type}");
        await RefuseAsync(Mp4Bytes.Box("moov", nested), $"1000 nested {type} in moov");
    }

    [Fact]
    public async Task A_megabyte_of_empty_boxes_is_refused()
    {
        var boxes = Enumerable.Repeat(Mp4Bytes.Box("free"), 131_072).SelectMany(box => box).ToArray();

        await RefuseAsync(boxes, "empty boxes");
        await RefuseAsync(Mp4Bytes.Box("moov", boxes), "empty boxes in moov");
    }

    [Fact]
    public async Task Ten_thousand_tracks_cost_little()
    {
        var file = await SmallFileAsync();
        var (_, offset, length) = Mp4Bytes.Find(file, "moov/trak");
        var track = file[offset..(offset + length)];
        var tracks = Enumerable.Repeat(track, 1_000_000 / track.Length).SelectMany(box => box).ToArray();

        await PlanOrRefuseAsync([.. file[..Mp4Bytes.Find(file, "moov").Offset], .. Mp4Bytes.Box("moov", tracks)], "tracks");
    }

    [Fact]
    public async Task Keyframes_outside_the_file_are_left_out()
    {
        var file = await SmallFileAsync();
        const string Stco = "moov/trak/mdia/minf/stbl/stco";

        foreach (var offset in (ulong[])[(ulong)file.Length, uint.MaxValue, long.MaxValue, ulong.MaxValue])
        {
            var outside = Mp4Bytes.Replace(file, Stco, _ => Mp4Bytes.Box("co64", Mp4Bytes.UInt32(0, 1), Mp4Bytes.UInt64(offset)));
            var error = await RefuseAsync(outside, $"offset {offset}");
            Assert.Equal(MediaErrorKind.IndexMalformed, error.Kind);
        }
    }

    [Fact]
    public async Task Of_two_moov_boxes_the_first_counts()
    {
        var file = await SmallFileAsync();
        var (_, offset, length) = Mp4Bytes.Find(file, "moov");

        var plan = await PlanOrRefuseAsync([.. file, .. file[offset..(offset + length)]], "two moov boxes");

        Assert.Equal((await Shoot.PlanAsync(file)).Shots[0].Keyframes, plan!.Shots[0].Keyframes);
    }

    [Fact]
    public async Task A_compressed_moov_can_not_grow_without_limit()
    {
        using var packed = new MemoryStream();
        using (var zlib = new System.IO.Compression.ZLibStream(packed, System.IO.Compression.CompressionLevel.SmallestSize, leaveOpen: true))
            zlib.Write(new byte[256 * 1024 * 1024]);
        var file = (uint claim) => Mp4Bytes.Box("moov", Mp4Bytes.Box("cmov",
            Mp4Bytes.Box("dcom", "zlib"u8.ToArray()), Mp4Bytes.Box("cmvd", Mp4Bytes.UInt32(claim), packed.ToArray())));

        Assert.Equal(MediaErrorKind.LimitExceeded, (await RefuseAsync(file(256 * 1024 * 1024), "honest bomb")).Kind);
        await RefuseAsync(file(1024), "bomb that lies");
        await RefuseAsync(Mp4Bytes.Box("moov", Mp4Bytes.Box("cmov",
            Mp4Bytes.Box("dcom", "zlib"u8.ToArray()), Mp4Bytes.Box("cmvd", Mp4Bytes.UInt32(1024), new byte[100]))), "no zlib data");
    }

    [Fact]
    public async Task Mutated_files_are_planned_or_refused()
    {
        var random = new Random(20260101);
        List<byte[]> files = [await SmallFileAsync()];
        files.AddRange(CorpusFiles());
        var watch = Stopwatch.StartNew();
        var (runs, plans) = (0, 0);
        while (watch.Elapsed < TimeSpan.FromSeconds(8))
        {
            var file = files[random.Next(files.Count)].ToArray();
            var (start, length) = Index(file);
            for (var i = random.Next(1, 12); i > 0; i--)
            {
                var position = start + random.Next(length - 4);
                if (random.Next(2) == 0)
                    file[position] = (byte)random.Next(256);
                else
                    Mp4Bytes.Put(file, position, Numbers[random.Next(Numbers.Length)]);
            }

            runs++;
            if (await PlanOrRefuseAsync(file, $"run {runs}") is not null)
                plans++;
        }

        TestContext.Current.TestOutputHelper!.WriteLine($"{runs} mutations of {files.Count} files: {plans} planned, the others refused");
    }

    private static IEnumerable<byte[]> CorpusFiles() => Corpus.IsThere
        ? Corpus.Files().Where(file => file.Container == "mov" && new FileInfo(file.Path).Length < 300_000).Select(file => File.ReadAllBytes(file.Path))
        : [];

    private static (int Start, int Length) Index(byte[] file)
    {
        var moov = file.AsSpan().IndexOf("moov"u8);
        return moov < 4 ? (0, file.Length) : (moov - 4, Math.Min(file.Length - moov + 4, 64 * 1024));
    }

    /// <summary>One second of 64x64 with B-frames and an edit list, index at the end.</summary>
    private static async Task<byte[]> SmallFileAsync()
    {
        using var video = await Video.MakeAsync("small.mp4",
            ["-f", "lavfi", "-i", Video.Pattern(1, "64x64")], Video.H264, ["-g", "5", "-keyint_min", "5", "-preset", "medium", "-x264-params", "b-adapt=0"]);
        return video.Read();
    }

    /// <summary>The claim that a table of one entry each makes for any number of samples, all of them keyframes.</summary>
    private static byte[] ConstantSamples(byte[] file, uint count)
    {
        const string Stbl = "moov/trak/mdia/minf/stbl/";
        file = Mp4Bytes.Replace(file, Stbl + "stsz", _ => Mp4Bytes.Box("stsz", Mp4Bytes.UInt32(0, 1, count)));
        file = Mp4Bytes.Replace(file, Stbl + "stss", _ => Mp4Bytes.Box("free"));
        file = Mp4Bytes.Replace(file, Stbl + "ctts", _ => Mp4Bytes.Box("ctts", Mp4Bytes.UInt32(0, 1, uint.MaxValue, 1)));
        file = Mp4Bytes.Replace(file, Stbl + "stts", _ => Mp4Bytes.Box("stts", Mp4Bytes.UInt32(0, 1, uint.MaxValue, 1)));
        return Mp4Bytes.Replace(file, Stbl + "stsc", _ => Mp4Bytes.Box("stsc", Mp4Bytes.UInt32(0, 1, 1, uint.MaxValue, 1)));
    }

    private static async Task<MediaException> RefuseAsync(byte[] file, string what)
    {
        MediaException? error = null;
        await PlanOrRefuseAsync(file, what, e => error = e);
        Assert.True(error is not null, what + " was planned");
        return error!;
    }

    private static async Task<ScreenshotPlan?> PlanOrRefuseAsync(byte[] file, string what, Action<MediaException>? refused = null)
    {
        try
        {
            var (plan, refusal) = await UntrustedFile.ReadAsync(file, TestContext.Current.CancellationToken);
            if (refusal is not null)
                refused?.Invoke(refusal);
            return plan;
        }
        catch (Exception e)
        {
            Assert.Fail($"{what}: {e}");
            return null;
        }
    }
}
