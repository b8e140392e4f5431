using EventTorrent.Media.Containers.Pictures;
using EventTorrent.Media.Tests.Support;

namespace EventTorrent.Media.Tests;

public sealed class Counting_pictures
{
    private const int Group = 25;

    [Theory]
    // Picture order counts fields, and without B-frames frame numbers count pictures.
    [InlineData("v.h264", 2, 0.02, "-c:v", "libx264", "-preset", "ultrafast", "-sc_threshold", "0", "-bf", "2")]
    [InlineData("v.h264", 1, 0.04, "-c:v", "libx264", "-preset", "ultrafast", "-sc_threshold", "0", "-bf", "0")]
    [InlineData("v.h264", 2, 0.02, "-c:v", "libx264", "-preset", "veryfast", "-sc_threshold", "0", "-bf", "3", "-pix_fmt", "yuv420p10le", "-color_primaries", "bt709", "-aspect", "16:9")]
    [InlineData("v.m2v", 1, 0.04, "-c:v", "mpeg2video", "-bf", "2", "-sc_threshold", "1000000000")]
    public async Task Each_picture_tells_how_far_it_is_behind_its_keyframe(string name, int step, double unit, params string[] encoder)
    {
        using var video = await Video.MakeAsync(name, ["-f", "lavfi", "-i", Video.Pattern(4, "96x64")], encoder, ["-g", $"{Group}", "-keyint_min", $"{Group}"]);
        var stream = video.Read();
        var coding = name == "v.m2v" ? Coding.Mpeg2 : Coding.H264;

        var counter = PictureCounter.Of(coding, stream);

        Assert.True(counter.IsKnown);
        Assert.Equal(unit, counter.UnitSeconds, tolerance: 0.0001);
        Assert.Equal(counter, PictureCounter.Unpack(counter.Packed));
        var groups = Groups(coding, counter, stream);
        Assert.Equal(4 * Group, groups.Sum(counts => counts.Count));
        Assert.InRange(groups.Count, 4, 5);
        Assert.All(groups, counts => Assert.Equal(Enumerable.Range(0, counts.Count).Select(i => i * step % counter.Modulus).Order(), counts.Order()));
    }

    [Fact]
    public void Nothing_is_counted_where_nothing_is_known()
    {
        Assert.False(PictureCounter.Of(Coding.Mpeg4, [0, 0, 1, 0xB6, 0]).IsKnown);
        Assert.False(PictureCounter.Of(Coding.H264, [0, 0, 1, 0x67]).IsKnown);
        Assert.False(PictureCounter.OfDescription([1, 0x64, 0, 0x28, 0xFF, 0xE1, 0xFF, 0xFF, 0x67]).IsKnown);
        Assert.False(PictureCounter.Unpack(ulong.MaxValue).IsKnown);
        Assert.False(PictureCounter.Unpack(0).IsKnown);
    }

    private static List<List<int>> Groups(Coding coding, PictureCounter counter, byte[] stream)
    {
        var groups = new List<List<int>>();
        var units = new AccessUnits(coding, stream);
        while (units.MoveNext())
        {
            Assert.True(counter.TryRead(units.Bytes, out var count, out var isKey));
            if (isKey)
                groups.Add([]);
            groups[^1].Add(count);
        }

        return groups;
    }
}
