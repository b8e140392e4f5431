using EventTorrent.Media.Tests.Support;
using static EventTorrent.Media.Tests.Support.Mp4Bytes;

namespace EventTorrent.Media.Tests;

/// <summary>Whatever the index or the fragments of an MP4 file claim, planning ends soon and with a name.</summary>
public sealed class Hostile_fragments
{
    private static readonly uint[] Numbers = [0, 1, 7, 8, 0xFF, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFF0, uint.MaxValue];

    [Theory]
    [InlineData("+frag_keyframe+empty_moov", "mfra")]
    [InlineData("+frag_keyframe+empty_moov+skip_trailer", "moof")]
    [InlineData("+frag_keyframe+empty_moov+default_base_moof+global_sidx", "sidx")]
    [InlineData("+frag_keyframe", "mfra")]
    public async Task Any_number_may_lie(string flags, string box)
    {
        var file = await SmallFileAsync(flags);

        foreach (var (_, offset, length) in Walk(file).Where(found => found.Path == box || found.Path.StartsWith("moov/mvex", StringComparison.Ordinal)))
        {
            for (var position = offset; position + 4 <= offset + length; position++)
            {
                foreach (var number in Numbers)
                {
                    var copy = file.ToArray();
                    Put(copy, position, number);
                    await ReadAsync(copy, $"{number} at {position}");
                }
            }
        }
    }

    [Fact]
    public async Task A_file_may_end_anywhere()
    {
        var file = await SmallFileAsync("+frag_keyframe+empty_moov");

        for (var length = 0; length < file.Length; length += 3)
            await ReadAsync(file[..length], $"cut to {length}");
    }

    [Fact]
    public async Task Four_billion_samples_in_a_run_cost_nothing()
    {
        var file = await SmallFileAsync("+frag_keyframe+empty_moov+skip_trailer");
        var moof = Find(file, "moof");
        // No list of samples: all have the same size, duration and flags.
        var trun = Box("trun", UInt32(0, uint.MaxValue));
        var tfhd = Box("tfhd", UInt32(0x38, 1, uint.MaxValue, uint.MaxValue, 0));
        byte[] fragment = Box("moof", Box("mfhd", UInt32(0, 1)), Box("traf", [tfhd, .. Enumerable.Repeat(trun, 10_000)]));

        await ReadAsync([.. file[..moof.Offset], .. fragment, .. file[moof.Offset..]], "runs of four billion");
    }

    [Fact]
    public async Task Segment_indexes_may_refer_to_themselves()
    {
        var file = await SmallFileAsync("+frag_keyframe+empty_moov+default_base_moof+global_sidx");
        var sidx = Find(file, "sidx");
        var copy = file.ToArray();
        // Every reference is to an index, and the first to this one.
        for (var reference = sidx.Offset + 40; reference + 12 <= sidx.Offset + sidx.Length; reference += 12)
            copy[reference] |= 0x80;

        await ReadAsync(copy, "indexes of indexes");
    }

    private static async Task ReadAsync(byte[] file, string what)
    {
        var failure = await Record.ExceptionAsync(() => UntrustedFile.ReadAsync(file, TestContext.Current.CancellationToken));
        Assert.True(failure is null, $"{what}: {failure}");
    }

    private static async Task<byte[]> SmallFileAsync(string flags)
    {
        using var video = await Video.MakeAsync("small.mp4",
            ["-f", "lavfi", "-i", Video.Pattern(1, "32x32")], Video.H264, ["-g", "5", "-keyint_min", "5", "-movflags", flags]);
        return video.Read();
    }
}
