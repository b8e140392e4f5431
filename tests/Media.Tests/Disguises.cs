using System.IO.Compression;
using System.Text;
using EventTorrent.Media.Containers;
using EventTorrent.Media.Tests.Support;

namespace EventTorrent.Media.Tests;

/// <summary>What is dressed as a video, and what a video hides.</summary>
public sealed class Disguises
{
    [Theory]
    [InlineData("#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nhttp://127.0.0.1:9/secret.ts\n#EXT-X-ENDLIST\n")]
    [InlineData("ffconcat version 1.0\nfile /etc/passwd\n")]
    [InlineData("<?xml version=\"1.0\"?><MPD></MPD>")]
    [InlineData("#!/bin/sh\nexit\n")]
    [InlineData("P6 16 16 255\n")]
    [InlineData("")]
    [InlineData("\0\0\0\0")]
    public async Task Text_and_pictures_are_no_video(string content)
    {
        var error = await Shoot.RefusalAsync(Encoding.Latin1.GetBytes(content));

        Assert.Equal(MediaErrorKind.NotAVideo, error.Kind);
    }

    [Fact]
    public void Every_container_of_the_corpus_is_known_by_its_content()
    {
        var names = new Dictionary<string, string>
        {
            ["mov"] = "mp4", ["matroska"] = "matroska", ["avi"] = "avi", ["asf"] = "asf", ["flv"] = "flv",
            ["mpegts"] = "mpeg-ts", ["mpeg"] = "mpeg-ps", ["ogg"] = "ogg", ["rm"] = "realmedia",
        };

        var wrong = Corpus.Files()
            .Where(file => names.ContainsKey(file.Container))
            // Begins in the middle of a packet: nothing at its start tells what it is.
            .Where(file => file.Name != "fate__roundup997.mp4")
            .Select(file => (file.Name, Expected: names[file.Container], Found: Sniff(file.Path)))
            .Where(file => file.Found != file.Expected)
            .ToList();

        Assert.Empty(wrong);
    }

    [Fact]
    public async Task A_picture_beyond_the_limit_is_refused_before_it_is_decoded()
    {
        using var png = await Video.MakeAsync("placeholder.png", ["-f", "lavfi", "-i", Video.Pattern(1, "16x16")], ["-frames:v", "1"]);
        File.WriteAllBytes(png.Path, PixelBomb(16_000, 16_000));
        using var video = await Video.MakeAsync("bomb.mov", ["-loop", "1", "-f", "image2", "-i", png.Path], ["-frames:v", "2", "-c", "copy"]);
        using var file = video.Open();
        var plan = await Shoot.PlanAsync(file, 2);
        var watch = System.Diagnostics.Stopwatch.StartNew();

        var error = await Assert.ThrowsAsync<MediaException>(() => Shoot.TakeAsync(file, plan));

        Assert.Contains(error.Kind, (MediaErrorKind[])[MediaErrorKind.DecodeFailed, MediaErrorKind.LimitExceeded]);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(5), $"It took {watch.Elapsed}.");
    }

    [Fact]
    public async Task Nothing_but_the_description_of_the_picture_reaches_ffmpeg()
    {
        using var video = await Video.MakeAsync("v.mov", ["-f", "lavfi", "-i", Video.Pattern(1, "64x64")], Video.H264);
        var file = Mp4Bytes.Replace(video.Read(), "moov/trak/mdia/minf/dinf/dref", _ => Mp4Bytes.Box(
            "dref", Mp4Bytes.UInt32(0, 1), Mp4Bytes.Box("url ", Mp4Bytes.UInt32(0), "http://127.0.0.1:9/elsewhere\0"u8.ToArray())));
        file = Mp4Bytes.Replace(file, "moov/trak", trak =>
            Mp4Bytes.Box("trak", trak[8..], Mp4Bytes.Box("udta", Mp4Bytes.Box("name", "http://127.0.0.1:9/name"u8.ToArray()))));
        var plan = await Shoot.PlanAsync(file, 1);
        Assert.True(ContainerReaders.TryFind(plan.Container, out var reader));

        var miniFile = reader!.BuildMiniFile(plan.Heads[0], new byte[100]).SelectMany(part => part.ToArray()).ToArray();

        Assert.False(miniFile.AsSpan().IndexOf("http://"u8) >= 0);
        Assert.Single(await Shoot.TakeAsync(new MemorySource(file), plan));
    }

    [Fact]
    public async Task No_file_is_left_behind()
    {
        using var video = await Video.MakeAsync();
        using var file = video.Open();
        var before = Directory.GetFileSystemEntries(Path.GetDirectoryName(video.Path)!);

        await Shoot.TakeAsync(file, await Shoot.PlanAsync(file, 4));

        Assert.Equal(before, Directory.GetFileSystemEntries(Path.GetDirectoryName(video.Path)!));
    }

    private static string? Sniff(string path)
    {
        using var file = File.OpenRead(path);
        var head = new byte[ContainerSniffer.HeadBytes];
        return ContainerSniffer.Sniff(head.AsSpan(0, file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)));
    }

    /// <summary>A PNG of one bit per pixel that is small as a file.</summary>
    private static byte[] PixelBomb(int width, int height)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            var row = new byte[1 + width / 8];
            for (var y = 0; y < height; y++)
                zlib.Write(row);
        }

        byte[] header = [.. Mp4Bytes.UInt32((uint)width, (uint)height), 1, 0, 0, 0, 0];
        return [137, .. "PNG\r\n\u001a\n"u8, .. Chunk("IHDR", header), .. Chunk("IDAT", packed.ToArray()), .. Chunk("IEND", [])];
    }

    private static byte[] Chunk(string type, byte[] data)
    {
        byte[] content = [.. Encoding.ASCII.GetBytes(type), .. data];
        var crc = uint.MaxValue;
        foreach (var value in content)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xEDB8_8320 : crc >> 1;
        }

        return [.. Mp4Bytes.UInt32((uint)data.Length), .. content, .. Mp4Bytes.UInt32(~crc)];
    }
}
