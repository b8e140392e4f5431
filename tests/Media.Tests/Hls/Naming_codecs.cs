using EventTorrent.Media.Containers.Mp4;
using EventTorrent.Media.Hls;

namespace EventTorrent.Media.Tests.Hls;

/// <summary>What the header of a fragmented MP4 holds, in the words of RFC 6381: examples that are known to be right, and damaged ones.</summary>
public sealed class Naming_codecs
{
    private const int VideoFields = 78;
    private const int AudioFields = 28;

    [Theory]
    // ISO/IEC 14496-15 Annex E.3, with progressive_source and frame_only flags, and Apple's of HDR10.
    [InlineData("01 01 60000000 B00000000000 5D F000FCFDF8F800000F03", "hvc1.1.6.L93.B0")]
    [InlineData("01 22 20000000 B00000000000 99 F000FCFDFAFA00000F03", "hvc1.2.4.H153.B0")]
    [InlineData("01 41 60000000 900000000008 5A F000FCFDF8F800000F03", "hvc1.A1.6.L90.90.0.0.0.0.8")]
    [InlineData("01 01 60000000 000000000000 5D F000FCFDF8F800000F03", "hvc1.1.6.L93")]
    public void Hevc_is_named_by_profile_compatibility_level_and_constraints(string config, string name) =>
        Assert.Equal(name, HeaderCodec.Read(Header("hvc1", VideoFields, ("hvcC", Bytes(config)))));

    [Theory]
    // AV1 Codec ISO Media File Format Binding, section 5: its own example, and ordinary video of 8 and 10 bits.
    [InlineData("81 04 0C 00", null, "av01.0.04M.08")]
    [InlineData("81 08 4C 00", "1 1 1 0", "av01.0.08M.10")]
    [InlineData("81 04 4E 00", "9 16 9 0", "av01.0.04M.10.0.112.09.16.09.0")]
    [InlineData("81 2D CC 00", "2 2 2 0", "av01.1.13H.10")]
    [InlineData("81 04 1C 00", null, "av01.0.04M.08.1.110.01.01.01.0")]
    public void Av1_is_named_by_profile_level_and_depth_and_by_colours_that_are_not_ordinary(string config, string? colours, string name)
    {
        var boxes = colours?.Split(' ').Select(byte.Parse).ToArray() is { } values
            ? new[] { ("av1C", Bytes(config)), ("colr", [.. "nclx"u8, 0, values[0], 0, values[1], 0, values[2], (byte)(values[3] << 7)]) }
            : [("av1C", Bytes(config))];

        Assert.Equal(name, HeaderCodec.Read(Header("av01", VideoFields, boxes)));
    }

    [Fact]
    public void Avc_is_named_by_three_bytes() => Assert.Equal("avc1.640028", HeaderCodec.Read(Header("avc1", VideoFields, ("avcC", Bytes("01 64 00 28 FF")))));

    [Theory]
    [InlineData("11 90", 2, "mp4a.40.2")]
    [InlineData("11 90", 5, "mp4a.40.5")]
    [InlineData("2B 11 88 00", 5, "mp4a.40.5")]
    public void Aac_is_named_by_its_object_type(string specific, int profile, string name)
    {
        var config = Bytes(specific);
        byte[] esds =
        [
            0, 0, 0, 0, 3, 0x80, 0x80, 0x80, (byte)(27 + config.Length), 0, 1, 0, 4, 0x80, 0x80, 0x80, (byte)(18 + config.Length), 0x40, 0x15, .. new byte[11],
            5, 0x80, 0x80, 0x80, (byte)config.Length, .. config,
        ];

        Assert.Equal(name, HeaderCodec.Read(Header("mp4a", AudioFields, ("esds", esds)), profile));
    }

    [Fact]
    public void What_is_cut_or_of_another_kind_has_no_name()
    {
        var whole = Header("hvc1", VideoFields, ("hvcC", Bytes("01 01 60000000 B00000000000 5D F000FCFDF8F800000F03")));

        Assert.All(Enumerable.Range(0, whole.Length), length => _ = HeaderCodec.Read(whole.AsMemory(0, length)));
        Assert.Null(HeaderCodec.Read(whole.AsMemory(0, whole.Length / 2)));
        Assert.Null(HeaderCodec.Read(Header("hvc1", VideoFields)));
        Assert.Null(HeaderCodec.Read(Header("hev1", VideoFields, ("hvcC", new byte[23]))));
        Assert.Null(HeaderCodec.Read(Header("mp4a", AudioFields, ("esds", [0, 0, 0, 0, 3, 0xFF, 0xFF, 0xFF, 0xFF]))));
        Assert.Null(HeaderCodec.Read(default));
    }

    private static byte[] Bytes(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));

    private static byte[] Header(string entry, int fields, params (string Type, byte[] Body)[] boxes)
    {
        var file = new BoxWriter();
        var open = new Stack<int>();
        foreach (var type in (string[])["moov", "trak", "mdia", "minf", "stbl"])
            open.Push(file.Begin(System.Text.Encoding.ASCII.GetBytes(type)));
        open.Push(file.BeginFull("stsd"u8));
        file.UInt32(1);
        open.Push(file.Begin(System.Text.Encoding.ASCII.GetBytes(entry)));
        file.Zeros(fields);
        foreach (var (type, body) in boxes)
        {
            var box = file.Begin(System.Text.Encoding.ASCII.GetBytes(type));
            file.Bytes(body);
            file.End(box);
        }

        while (open.TryPop(out var start))
            file.End(start);
        return file.ToArray();
    }
}
