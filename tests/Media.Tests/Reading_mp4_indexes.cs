using System.IO.Compression;
using EventTorrent.Media.Tests.Support;
using static EventTorrent.Media.Tests.Support.Mp4Bytes;

namespace EventTorrent.Media.Tests;

/// <summary>Forms of the index that ffmpeg does not write, made by hand from one file: six keyframes, one each second.</summary>
public sealed class Reading_mp4_indexes(Reading_mp4_indexes.Film film) : IClassFixture<Reading_mp4_indexes.Film>
{
    private const string Stbl = "moov/trak/mdia/minf/stbl/";

    private byte[] File => film.Bytes;

    public sealed class Film : IAsyncLifetime
    {
        public byte[] Bytes { get; private set; } = [];

        public async ValueTask InitializeAsync()
        {
            using var video = await Video.MakeAsync("film.mov", ["-f", "lavfi", "-i", Video.Pattern(6, "64x64")], Video.H264);
            Bytes = video.Read();
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Keyframes_are_where_the_table_says()
    {
        var plan = await Shoot.PlanAsync(File);

        Assert.Equal([0, 1, 2, 3, 4, 5], Times(plan));
        Assert.Equal(("mp4", "avc1", 6.0), (plan.Container, plan.Codec, plan.Duration.TotalSeconds));
        Assert.Equal(6, (await Shoot.TakeAsync(new MemorySource(File), plan)).Count);
    }

    [Fact]
    public async Task Offsets_may_have_64_bits()
    {
        var plan = await Shoot.PlanAsync(WithLongOffsets(File, shift: 0));

        Assert.Equal((await Shoot.PlanAsync(File)).Shots.SelectMany(shot => shot.Keyframes), plan.Shots.SelectMany(shot => shot.Keyframes));
    }

    [Fact]
    public async Task A_film_of_more_than_four_gigabytes_costs_no_more_than_a_short_one()
    {
        const long Hole = 5L << 30;
        var mdat = Find(File, "mdat");
        var moov = Find(WithLongOffsets(File, Hole), "moov");
        // ftyp, a 64-bit mdat with a hole at its start, then moov.
        byte[] front = [.. File[..mdat.Offset], .. UInt32(1), .. "mdat"u8, .. UInt64((ulong)(Hole + mdat.Length))];
        var back = WithLongOffsets(File, Hole)[(mdat.Offset + 8)..];
        var source = new CountingByteSource(new HoleSource(front, mdat.Offset + 8 + Hole, back));

        var plan = await Shoot.PlanAsync(source);
        var shots = await Shoot.TakeAsync(source, plan);

        Assert.True(source.Length > Hole && moov.Length > 0);
        Assert.Equal(6, shots.Count);
        Assert.InRange(source.Rounds, 2, 3);
        Assert.InRange(source.BytesRead, 1, 128 * 1024);
    }

    [Fact]
    public async Task The_index_is_found_behind_any_boxes()
    {
        var moov = Find(File, "moov");
        var boxes = new byte[][] { Box("free", new byte[100]), Box("wide"), Box("uuid", new byte[40_000]), Box("skip", new byte[9]) };
        byte[] moved = [.. File[..moov.Offset], .. boxes.SelectMany(box => box), .. File[moov.Offset..]];

        Assert.Equal([0, 1, 2, 3, 4, 5], Times(await Shoot.PlanAsync(moved)));
    }

    [Fact]
    public async Task The_last_box_may_have_no_size()
    {
        var moov = Find(File, "moov");

        Assert.Equal([0, 1, 2, 3, 4, 5], Times(await Shoot.PlanAsync(With(File, "moov", 0, 0))));
        Assert.Equal(moov.Offset + moov.Length, File.Length);
    }

    [Fact]
    public async Task A_file_without_ftyp_is_an_old_quicktime_film()
    {
        var free = With(File, "ftyp", 4, BitConverter.ToUInt32([(byte)'e', (byte)'e', (byte)'r', (byte)'f']));

        var plan = await Shoot.PlanAsync(free);

        Assert.Equal(6, (await Shoot.TakeAsync(new MemorySource(free), plan)).Count);
    }

    [Fact]
    public async Task The_index_may_be_compressed()
    {
        var packed = Replace(File, "moov", moov =>
        {
            using var zlib = new MemoryStream();
            using (var stream = new ZLibStream(zlib, CompressionLevel.Optimal, leaveOpen: true))
                stream.Write(moov);
            return Box("moov", Box("cmov", Box("dcom", "zlib"u8.ToArray()), Box("cmvd", UInt32((uint)moov.Length), zlib.ToArray())));
        });

        Assert.Equal([0, 1, 2, 3, 4, 5], Times(await Shoot.PlanAsync(packed)));
    }

    [Theory]
    [InlineData(4)]
    [InlineData(8)]
    [InlineData(16)]
    public async Task Sample_sizes_may_be_compact(int bits)
    {
        // Three samples of 9, 5 and 13 bytes in one chunk, without a table of keyframes: the third ends the chunk.
        byte[] sizes = bits switch { 4 => [0x95, 0xD0], 8 => [9, 5, 13], _ => [0, 9, 0, 5, 0, 13] };
        var file = Replace(File, Stbl + "stsz", _ => Box("stz2", UInt32(0, (uint)bits, 3), sizes));
        file = Replace(file, Stbl + "stss", _ => Box("free"));
        file = Replace(file, Stbl + "stsc", _ => Box("stsc", UInt32(0, 1, 1, 3, 1)));

        var frames = (await Shoot.PlanAsync(file, 3)).Shots.Select(shot => shot.Keyframes[0]).OrderBy(frame => frame.Offset).ToList();

        Assert.Equal([9, 5, 13], frames.Select(frame => frame.Length));
        Assert.Equal([0L, 9, 14], frames.Select(frame => frame.Offset - frames[0].Offset));
    }

    [Fact]
    public async Task Chunks_may_hold_different_numbers_of_samples()
    {
        // One sample in chunk 1, two in all that follow: keyframe offsets move with them.
        var sizes = new uint[] { 10, 20, 30, 40, 50 };
        var file = Replace(File, Stbl + "stsz", _ => Box("stsz", UInt32([0, 0, 5, .. sizes])));
        file = Replace(file, Stbl + "stsc", _ => Box("stsc", UInt32(0, 2, 1, 1, 1, 2, 2, 1)));
        file = Replace(file, Stbl + "stco", _ => Box("stco", UInt32(0, 3, 100, 200, 300)));
        file = Replace(file, Stbl + "stss", _ => Box("free"));

        var frames = (await Shoot.PlanAsync(file, 5)).Shots.Select(shot => shot.Keyframes[0]).OrderBy(frame => frame.Offset);

        Assert.Equal([(100L, 10), (200, 20), (220, 30), (300, 40), (340, 50)], frames.Select(frame => (frame.Offset, frame.Length)));
    }

    [Fact]
    public async Task Without_a_table_every_sample_is_a_keyframe_and_with_an_empty_one_the_first()
    {
        var without = Replace(File, Stbl + "stss", _ => Box("free"));
        var empty = Replace(File, Stbl + "stss", _ => Box("stss", UInt32(0, 0)));

        Assert.Equal(60, (await Shoot.PlanAsync(without, 60)).ShotCount);
        Assert.Equal([0], Times(await Shoot.PlanAsync(empty)));
    }

    [Fact]
    public async Task Partial_keyframes_of_quicktime_count()
    {
        var file = Replace(File, Stbl + "stss", _ => [.. Box("stss", UInt32(0, 1, 1)), .. Box("stps", UInt32(0, 2, 51, 101))]);

        Assert.Equal([0, 2, 4], Times(await Shoot.PlanAsync(file)));
    }

    [Fact]
    public async Task An_empty_edit_delays_the_film()
    {
        // mvhd counts milliseconds: 3 s of nothing, then all from the first picture on.
        var start = MediaStart();
        var file = Replace(File, "moov/trak/edts/elst", _ => Box("elst", UInt32(0, 2, 3000, uint.MaxValue, 0x10000, 6000, start, 0x10000)));

        var plan = await Shoot.PlanAsync(file);

        Assert.Equal([3, 4, 5, 6, 7, 8], Times(plan));
        Assert.Equal(9, plan.Duration.TotalSeconds);
    }

    [Fact]
    public async Task An_edit_may_start_inside_the_film()
    {
        var second = await TimescaleAsync();
        var start = MediaStart();
        var file = Replace(File, "moov/trak/edts/elst", _ => Box("elst",
            [1, 0, 0, 0, .. UInt32(1), .. UInt64(2000), .. UInt64(start + 3 * second), .. UInt32(0x10000)]));

        var plan = await Shoot.PlanAsync(file);

        Assert.Equal([0, 1], Times(plan));
        Assert.Equal(2, plan.Duration.TotalSeconds);
    }

    [Fact]
    public async Task Edits_may_change_the_order()
    {
        var second = (uint)await TimescaleAsync();
        var start = MediaStart();
        var file = Replace(File, "moov/trak/edts/elst", _ => Box("elst",
            UInt32(0, 2, 2000, start + 4 * second, 0x10000, 3000, start, 0x10000)));

        var frames = (await Shoot.PlanAsync(file)).Shots.Select(shot => shot.Keyframes[0]).ToList();

        Assert.Equal([0, 1, 2, 3, 4], frames.Select(frame => frame.Time.TotalSeconds));
        Assert.True(frames[0].Offset > frames[2].Offset);
    }

    [Fact]
    public async Task The_only_keyframe_counts_even_if_no_edit_shows_it()
    {
        var start = MediaStart();
        var file = Replace(File, Stbl + "stss", _ => Box("stss", UInt32(0, 1, 1)));
        file = Replace(file, "moov/trak/edts/elst", _ => Box("elst", UInt32(0, 1, 2000, start + 1, 0x10000)));

        Assert.Single((await Shoot.PlanAsync(file)).Shots);
    }

    [Fact]
    public async Task Each_keyframe_is_decoded_by_its_own_description()
    {
        var offsets = Offsets();
        var file = Replace(File, Stbl + "stsd", stsd => Box("stsd", UInt32(0, 2), Box("mp4v", stsd[24..]), stsd[16..]));
        // All chunks but the last use the second entry.
        file = Replace(file, Stbl + "stsc", _ => Box("stsc", UInt32(0, 1, 1, 25, 2)));
        Assert.Single(offsets);

        var plan = await Shoot.PlanAsync(file, 1);

        Assert.Equal("avc1", plan.Codec);
        Assert.Single(await Shoot.TakeAsync(new MemorySource(file), plan));
    }

    [Fact]
    public async Task An_encrypted_track_is_named()
    {
        var encv = Replace(File, Stbl + "stsd", stsd => Box("stsd", UInt32(0, 1), Box("encv", stsd[24..], Box("sinf"))));
        var sinf = Replace(File, Stbl + "stsd", stsd => Box("stsd", UInt32(0, 1), Box("avc1", stsd[24..], Box("sinf"))));

        Assert.Equal(MediaErrorKind.Encrypted, (await Shoot.RefusalAsync(encv)).Kind);
        Assert.Equal(MediaErrorKind.Encrypted, (await Shoot.RefusalAsync(sinf)).Kind);
    }

    [Fact]
    public async Task A_film_whose_end_is_missing_gives_what_is_there()
    {
        using var video = await Video.MakeAsync("front.mp4",
            ["-f", "lavfi", "-i", Video.Pattern(6, "64x64")], Video.H264, ["-movflags", "+faststart"]);
        var file = video.Read();
        var frames = (await Shoot.PlanAsync(file)).Shots.Select(shot => shot.Keyframes[0]).ToList();
        var cut = file[..(int)frames[3].Offset];

        var plan = await Shoot.PlanAsync(cut);

        Assert.Equal([0, 1, 2], Times(plan));
        Assert.Equal(3, (await Shoot.TakeAsync(new MemorySource(cut), plan)).Count);
    }

    [Fact]
    public async Task A_download_that_has_not_reached_its_index_is_named()
    {
        var error = await Shoot.RefusalAsync(File[..(File.Length / 2)]);

        Assert.Equal(MediaErrorKind.IndexNotFound, error.Kind);
    }

    private static IEnumerable<double> Times(ScreenshotPlan plan) => plan.Shots.Select(shot => Math.Round(shot.Keyframes[0].Time.TotalSeconds, 2));

    /// <summary>Media time of the first picture: B-frames put it behind zero.</summary>
    private uint MediaStart() => BitConverter.ToUInt32([.. File.AsSpan(Find(File, "moov/trak/edts/elst").Offset + 20, 4).ToArray().Reverse()]);

    private Task<ulong> TimescaleAsync() =>
        Task.FromResult((ulong)BitConverter.ToUInt32([.. File.AsSpan(Find(File, "moov/trak/mdia/mdhd").Offset + 20, 4).ToArray().Reverse()]));

    private List<uint> Offsets() => Offsets(File);

    private static List<uint> Offsets(byte[] file)
    {
        var (_, offset, length) = Find(file, Stbl + "stco");
        return [.. Enumerable.Range(0, (length - 16) / 4).Select(i => BitConverter.ToUInt32([.. file.AsSpan(offset + 16 + 4 * i, 4).ToArray().Reverse()]))];
    }

    private static byte[] WithLongOffsets(byte[] file, long shift)
    {
        var offsets = Offsets(file);
        return Replace(file, Stbl + "stco", _ =>
            Box("co64", [.. UInt32(0, (uint)offsets.Count), .. offsets.SelectMany(offset => UInt64((ulong)(offset + shift)))]));
    }

    /// <summary>Two parts of a file with zeros between them.</summary>
    private sealed class HoleSource(byte[] front, long backOffset, byte[] back) : IByteSource
    {
        public long Length => backOffset + back.Length;

        public Task<IReadOnlyList<ReadOnlyMemory<byte>>> ReadAsync(IReadOnlyList<ByteRange> ranges, CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<ReadOnlyMemory<byte>>>([.. ranges.Select(range =>
            {
                var bytes = new byte[range.Length];
                for (var i = 0; i < bytes.Length; i++)
                {
                    var position = range.Offset + i;
                    bytes[i] = position < front.Length ? front[position] : position >= backOffset ? back[position - backOffset] : (byte)0;
                }

                return (ReadOnlyMemory<byte>)bytes;
            })]);
    }
}
