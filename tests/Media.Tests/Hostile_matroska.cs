using EventTorrent.Media.Tests.Support;
using static EventTorrent.Media.Tests.Support.MatroskaBytes;

namespace EventTorrent.Media.Tests;

/// <summary>Whatever a Matroska file claims, planning ends soon, needs little memory, and throws nothing but <see cref="MediaException"/>.</summary>
public sealed class Hostile_matroska
{
    private const uint Segment = 0x18538067, Info = 0x1549A966, Tracks = 0x1654AE6B, TrackEntry = 0xAE, Cluster = 0x1F43B675, Cues = 0x1C53BB6B;
    private const uint CuePoint = 0xBB, Void = 0xEC, SimpleBlock = 0xA3, BlockGroup = 0xA0, SeekHead = 0x114D9B74;
    private static readonly ulong[] Sizes = [0, 1, 2, 7, 0x7F, 0x80, 0x3FFE, 0x0FFF_FFFF, 0x7FFF_FFFF, 0xFFFF_FFFF, (1UL << 56) - 2, (1UL << 56) - 1];

    [Fact]
    public async Task Any_element_may_lie_about_its_size()
    {
        var file = await SmallFileAsync();

        foreach (var element in Walk(file))
        {
            foreach (var size in Sizes)
            {
                var header = Element(element.Id)[..^8];
                byte[] lie = [.. header, .. Number(1UL << 56 | size)];
                await ReadAsync([.. file[..element.Offset], .. lie, .. file[(element.Offset + element.HeaderLength)..]], $"{element.Id:X} with size {size}");
            }
        }
    }

    [Fact]
    public async Task Any_byte_of_the_index_may_lie()
    {
        var file = await SmallFileAsync();

        foreach (var (_, offset, _, length) in Walk(file).Where(element => element.Id is Tracks or Cues or Info or SeekHead))
        {
            for (var position = offset; position < offset + length; position++)
            {
                foreach (var value in (byte[])[0, 1, 0x7F, 0x80, 0xFF])
                {
                    var copy = file.ToArray();
                    copy[position] = value;
                    await ReadAsync(copy, $"{value} at {position}");
                }
            }
        }
    }

    [Fact]
    public async Task A_file_may_end_anywhere()
    {
        var file = await SmallFileAsync();

        for (var length = 0; length < file.Length; length++)
            await ReadAsync(file[..length], $"cut to {length}");
    }

    [Theory]
    [InlineData(Segment)]
    [InlineData(Tracks)]
    [InlineData(TrackEntry)]
    [InlineData(Cluster)]
    [InlineData(BlockGroup)]
    [InlineData(SeekHead)]
    public async Task Depth_costs_nothing(uint id)
    {
        var nested = Array.Empty<byte>();
        for (var depth = 0; depth < 1000; depth++)
            nested = Element(id, nested);

        await ReadAsync([.. Element(0x1A45DFA3), .. nested], $"1000 nested {id:X}");
        await ReadAsync([.. Element(0x1A45DFA3), .. Element(Segment, nested)], $"1000 nested {id:X} in a segment");
    }

    [Theory]
    [InlineData(Void)]
    [InlineData(SimpleBlock)]
    [InlineData(BlockGroup)]
    [InlineData(Cluster)]
    [InlineData(SeekHead)]
    [InlineData(Cues)]
    [InlineData(TrackEntry)]
    public async Task A_megabyte_of_empty_elements_costs_little(uint id)
    {
        byte[] empty = [.. Id(id), 0x80];
        var many = Enumerable.Repeat(empty, 900_000 / empty.Length).SelectMany(part => part).ToArray();
        var film = await SmallFileAsync();
        var tracks = Find(film, Tracks);
        var track = film[tracks.Offset..(tracks.Offset + tracks.Length)];

        await ReadAsync([.. Element(0x1A45DFA3), .. Element(Segment, many)], $"{id:X} in a segment");
        await ReadAsync([.. Element(0x1A45DFA3), .. Element(Segment, track, Element(Cluster, many))], $"{id:X} in a cluster");
        await ReadAsync([.. Element(0x1A45DFA3), .. Element(Segment, track, Element(Cues, many))], $"{id:X} in Cues");
        await ReadAsync([.. Element(0x1A45DFA3), .. Element(Segment, Element(Tracks, many))], $"{id:X} in Tracks");
    }

    [Fact]
    public async Task A_megabyte_of_cue_points_costs_little()
    {
        var film = await SmallFileAsync();
        var tracks = Find(film, Tracks);
        byte[] point = [(byte)CuePoint, 0x8B, 0xB3, 0x81, 0x01, 0xB7, 0x86, 0xF7, 0x81, 0x01, 0xF1, 0x81, 0x00];
        var cues = Element(Cues, Enumerable.Repeat(point, 70_000).SelectMany(part => part).ToArray());
        var cluster = film[Find(film, Cluster).Offset..];

        var plan = await ReadAsync(
            [.. Element(0x1A45DFA3), .. Element(Segment, film[tracks.Offset..(tracks.Offset + tracks.Length)], cues, cluster)], "cue points");

        Assert.Equal(1, plan!.ShotCount);
    }

    [Theory]
    [InlineData(ulong.MaxValue)]
    [InlineData(1UL << 63)]
    [InlineData(1UL << 40)]
    public async Task Positions_outside_the_file_lead_nowhere(ulong position)
    {
        var film = await SmallFileAsync();
        foreach (var id in (uint[])[0xF1, 0xF0, 0x53AC])
        {
            var file = film;
            foreach (var element in Walk(film).Where(element => element.Id == id).Reverse())
                file = [.. file[..element.Offset], .. Id(id), 0x88, .. Number(position), .. file[(element.Offset + element.Length)..]];
            await ReadAsync(file, $"{id:X} = {position}");
        }
    }

    [Fact]
    public async Task Looking_for_clusters_that_are_not_there_ends()
    {
        var film = await SmallFileAsync();
        var tracks = Find(film, Tracks);
        var front = Element(Segment, film[tracks.Offset..(tracks.Offset + tracks.Length)])[12..];
        var source = new HugeSource(8L << 30, [.. Element(0x1A45DFA3), .. Id(Segment), 0x01, .. Enumerable.Repeat((byte)0xFF, 7), .. front]);

        await Assert.ThrowsAsync<MediaException>(() => Shoot.PlanAsync(source));

        Assert.InRange(source.BytesRead, 1, 320L << 20);
    }

    private static async Task<ScreenshotPlan?> ReadAsync(byte[] file, string what)
    {
        try
        {
            return (await UntrustedFile.ReadAsync(file, TestContext.Current.CancellationToken)).Plan;
        }
        catch (Exception e)
        {
            Assert.Fail($"{what}: {e}");
            return null;
        }
    }

    /// <summary>One second of 64x64 in several clusters, Cues at the end.</summary>
    private static async Task<byte[]> SmallFileAsync()
    {
        using var video = await Video.MakeAsync("small.mkv",
            ["-f", "lavfi", "-i", Video.Pattern(1, "32x32")], Video.H264, ["-g", "5", "-keyint_min", "5", "-cluster_time_limit", "200"]);
        return video.Read();
    }
}
