using EventTorrent.Media.Tests.Support;

namespace EventTorrent.Media.Tests;

/// <summary>
/// A megabyte that is made to cost time or memory, for each of the containers that are looked through: planned or refused by
/// name within the limits. Random damage is the business of tests/fuzz.
/// </summary>
public sealed class Hostile_streams
{
    private const int Size = 1_000_000;

    public static TheoryData<string> Names => [.. Files.Keys];

    private static Dictionary<string, Func<byte[]>> Files => new()
    {
        ["a transport stream in which every packet begins an IDR picture"] = () => Ts(0x41, [0, 0, 1, 0xE0, 0, 0, 0x80, 0, 0, 0, 0, 1, 0x65, 0x88]),
        ["a transport stream in which no packet begins a picture"] = () => Ts(0x01, [0, 0, 1, 0x41, 0x9A]),
        ["a transport stream of one picture that never ends"] = () => Ts(0x01, [0, 0, 1, 0x65, 0x08], first: 0x41),
        ["a transport stream of nothing but sync bytes"] = () => Enumerable.Repeat((byte)0x47, Size).ToArray(),
        ["a transport stream of start codes"] = () => Ts(0x41, [0, 0, 1, 0xE0, 0, 0, 0x80, 0, 0, .. Repeat([0, 0, 1], 170)]),
        ["a program stream of packets of one byte"] = () => [0, 0, 1, 0xBA, .. Repeat([0, 0, 1, 0xE0, 0, 4, 0x80, 0, 0, 1], Size)],
        ["a program stream of keyframes of some bytes"] = () =>
            [0, 0, 1, 0xBA, .. Repeat([0, 0, 1, 0xE0, 0, 15, 0x80, 0, 0, 0, 0, 1, 0xB3, 0, 0, 1, 0x00, 0x00, 0x08, 0, 0], Size)],
        ["a program stream of start codes"] = () => [0, 0, 1, 0xBA, .. Repeat([0, 0, 1], Size)],
        ["an AVI film of empty chunks"] = () => Avi(Repeat([.. "00dc"u8, 0, 0, 0, 0], Size)),
        ["an AVI film of names"] = () => Avi(Repeat("00dc"u8.ToArray(), Size)),
        ["an AVI film of keyframes of some bytes"] = () => Avi(Repeat([.. "00dc"u8, 6, 0, 0, 0, 0, 0, 1, 0xB6, 0, 0], Size)),
        ["an AVI film that is an index"] = () => [.. Avi([]), .. "idx1"u8, .. BitConverter.GetBytes(Size), .. Repeat([.. "00dc"u8, 16, 0, 0, 0, 4, 0, 0, 0, 1, 0, 0, 0], Size)],
        ["an AVI film of lists in lists"] = () => Avi(Repeat([.. "LIST"u8, 0, 0, 0, 0x40, .. "rec "u8], Size)),
        ["an FLV film of zeros"] = () => [.. Flv, .. new byte[Size]],
        ["an FLV film of keyframes of some bytes"] = () => [.. Flv, .. Repeat([9, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0, 0x12, 1, 2, 3, 4, 5, 0, 0, 0, 17], Size)],
        ["an FLV film of metadata in metadata"] = () =>
            [.. Flv, 18, 0x0F, 0x42, 0x40, 0, 0, 0, 0, 0, 0, 0, 2, 0, 10, .. "onMetaData"u8, 3, .. Repeat([0, 1, (byte)'a', 3], Size)],
        ["an FLV film whose arrays claim four billion values"] = () =>
            [.. Flv, 18, 0x0F, 0x42, 0x40, 0, 0, 0, 0, 0, 0, 0, 2, 0, 10, .. "onMetaData"u8, 3, .. Repeat([0, 1, (byte)'a', 10, 255, 255, 255, 255], Size)],
    };

    [Theory]
    [MemberData(nameof(Names))]
    public async Task It_is_planned_or_refused_within_the_limits(string name)
    {
        var file = Files[name]();

        var watch = System.Diagnostics.Stopwatch.StartNew();
        var (plan, refusal) = await UntrustedFile.ReadAsync(file, TestContext.Current.CancellationToken);

        TestContext.Current.TestOutputHelper!.WriteLine($"{name}: {(refusal is null ? $"{plan!.ShotCount} shots" : refusal.Kind.ToString())} in {watch.ElapsedMilliseconds} ms");
    }

    [Theory]
    [InlineData("v.avi", "mpeg4")]
    [InlineData("v.flv", "flv1")]
    [InlineData("v.wmv", "wmv2")]
    [InlineData("v.ts", "mpeg2video")]
    [InlineData("v.mpg", "mpeg2video")]
    public async Task A_file_may_end_anywhere(string name, string codec)
    {
        using var video = await Video.MakeAsync(name, ["-f", "lavfi", "-i", Video.Pattern(1, "32x32")], ["-c:v", codec, "-g", "5"]);
        var whole = video.Read();

        for (var length = 0; length < whole.Length; length += length < 8192 ? 7 : 331)
            await UntrustedFile.ReadAsync(whole.AsMemory(0, length), TestContext.Current.CancellationToken);
    }

    private static byte[] Flv => [.. "FLV"u8, 1, 1, 0, 0, 0, 9, 0, 0, 0, 0];

    private static byte[] Repeat(byte[] part, int size)
    {
        var bytes = new byte[Math.Max(size / part.Length, 1) * part.Length];
        for (var at = 0; at < bytes.Length; at += part.Length)
            part.CopyTo(bytes, at);
        return bytes;
    }

    /// <summary>A header of one MPEG-4 stream and the list "movi".</summary>
    private static byte[] Avi(byte[] movi)
    {
        byte[] strh = [.. "vidsFMP4"u8, .. new byte[12], 1, 0, 0, 0, 25, 0, 0, 0, .. new byte[4], 100, 0, 0, 0, .. new byte[20]];
        byte[] strf = [40, 0, 0, 0, .. new byte[12], .. "FMP4"u8, .. new byte[20]];
        var strl = List("strl", [.. Chunk("strh", strh), .. Chunk("strf", strf)]);
        return [.. "RIFF"u8, 0, 0, 0, 0x7F, .. "AVI "u8, .. List("hdrl", strl), .. List("movi", movi)];
    }

    private static byte[] List(string type, byte[] content) => Chunk("LIST", [.. System.Text.Encoding.ASCII.GetBytes(type), .. content]);

    private static byte[] Chunk(string name, byte[] content) =>
        [.. System.Text.Encoding.ASCII.GetBytes(name), .. BitConverter.GetBytes(content.Length), .. content];

    /// <summary>Tables of one H.264 stream, then packets that all hold the same.</summary>
    /// <param name="flags">High byte of the packet's number, with the bit that says that something begins.</param>
    private static byte[] Ts(byte flags, byte[] payload, byte? first = null)
    {
        byte[] pat = [0, 0, 0xB0, 13, 0, 1, 0xC1, 0, 0, 0, 1, 0xF0, 0, 0, 0, 0, 0];
        byte[] pmt = [0, 2, 0xB0, 18, 0, 1, 0xC1, 0, 0, 0xE1, 0, 0xF0, 0, 0x1B, 0xE1, 0, 0xF0, 0, 0, 0, 0, 0];
        byte[] start = first is { } own ? Packet(own, 0, [0, 0, 1, 0xE0, 0, 0, 0x80, 0, 0, 0, 0, 1, 0x65, 0x88]) : [];
        return [.. Packet(0x40, 0, pat), .. Packet(0x50, 0, pmt), .. start, .. Repeat(Packet(flags, 0, payload), Size)];
    }

    private static byte[] Packet(byte flags, byte number, byte[] payload) => [0x47, flags, number, 0x10, .. payload, .. new byte[184 - payload.Length]];
}
