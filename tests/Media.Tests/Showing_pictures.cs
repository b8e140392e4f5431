using EventTorrent.Media.Tests.Support;

namespace EventTorrent.Media.Tests;

/// <summary>How a picture looks: as a person would see it in a player.</summary>
public sealed class Showing_pictures
{
    private static readonly string[] Hevc10 =
        ["-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=none", "-pix_fmt", "yuv420p10le", "-g", "25"];

    [Theory]
    [InlineData("bt709")]
    [InlineData("smpte170m")]
    public async Task Colours_are_those_of_the_video_whatever_its_matrix(string matrix)
    {
        using var video = await Video.MakeAsync("red.mp4",
            ["-f", "lavfi", "-i", $"color=red:size=320x180:rate=25:duration=1,scale=out_color_matrix={matrix}:out_range=tv,format=yuv420p"],
            ["-c:v", "libx264", "-colorspace", matrix, "-color_primaries", matrix, "-color_trc", matrix]);

        var pixels = await PixelsAsync(video);

        Assert.InRange(pixels[0], 248, 255);
        Assert.InRange(pixels[1], 0, 6);
        Assert.InRange(pixels[2], 0, 6);
    }

    [Theory]
    [InlineData("smpte2084", false)]
    [InlineData("arib-std-b67", false)]
    [InlineData("smpte2084", true)]
    [InlineData("arib-std-b67", true)]
    public async Task High_dynamic_range_becomes_the_brightness_of_a_screen(string transfer, bool withoutToneMapping)
    {
        // A ramp from black to the signal of the brightest light: shown as it is, white paper (58 % or 75 %) would be gray.
        const string Ramp = "color=black:size=320x180:rate=25:duration=1,format=yuv444p10le,geq=lum='64+876*X/W':cb=512:cr=512";
        using var video = await Video.MakeAsync("hdr.mp4", ["-f", "lavfi", "-i", Ramp], Hevc10,
            ["-color_primaries", "bt2020", "-color_trc", transfer, "-colorspace", "bt2020nc"]);
        using var stub = new StubFfmpeg("case \"$*\" in *-filters*) exit 0;; esac\nexec ffmpeg \"$@\"");
        var options = withoutToneMapping ? new MediaOptions { Ffmpeg = stub.Path, Jail = JailMode.Off } : new MediaOptions();

        var pixels = await PixelsAsync(video, options);

        var row = Enumerable.Range(0, 320).Select(x => (int)pixels[(90 * 320 + x) * 3]).ToArray();
        Assert.InRange(row[2], 0, 12);
        Assert.InRange(row[317], 220, 255);
        var paper = row[(int)(320 * (transfer == "smpte2084" ? 0.58 : 0.75))];
        Assert.InRange(paper, 150, 250);
        Assert.All(row.Zip(row.Skip(8)), pair => Assert.True(pair.Second >= pair.First - 4, "Brighter light is never darker."));
    }

    [Fact]
    public async Task Fields_of_two_moments_become_one_picture()
    {
        // A bar that moves 16 pixels between the fields: woven together they are a comb.
        const string Bar = "color=black:size=320x180:rate=50:duration=2,geq=lum='if(lt(mod(X-N*16+3200,320),20),235,16)':cb=128:cr=128";
        string[] encoder = ["-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p", "-g", "25", "-flags", "+ildct+ilme", "-x264opts", "tff=1"];
        using var interlaced = await Video.MakeAsync("fields.mp4", ["-f", "lavfi", "-i", Bar + ",tinterlace=interleave_top"], encoder);

        var pixels = await PixelsAsync(interlaced);

        Assert.True(Combing(pixels, 320, 180) < 0.25, $"Combing is {Combing(pixels, 320, 180):0.00}.");
    }

    [Fact]
    public async Task Anamorphic_pictures_are_stretched_and_turned_ones_turned()
    {
        using var wide = await Video.MakeAsync("wide.mp4", ["-f", "lavfi", "-i", Video.Pattern(2, "320x240") + ",setsar=4/3"], Video.H264);
        using var turned = await Video.MakeAsync("turned.mp4", ["-i", wide.Path, "-c", "copy", "-metadata:s:v:0", "rotate=90"]);

        Assert.Equal((426, 240), await SizeAsync(wide));
        // ffmpeg may keep the pixels' shape when it turns the picture, or turn it too; square pixels come of both.
        var (width, height) = await SizeAsync(turned);
        Assert.Equal(240.0 / 426, (double)width / height, tolerance: 0.02);
    }

    [Fact]
    public async Task Ten_bits_become_eight()
    {
        using var video = await Video.MakeAsync("ten.mp4", ["-f", "lavfi", "-i", "color=gray:size=320x180:rate=25:duration=1"], Hevc10);

        Assert.All((await PixelsAsync(video)).Distinct(), value => Assert.InRange(value, 125, 131));
    }

    /// <summary>Differences between neighbouring rows that rows two apart do not have, as a part of all differences between rows.</summary>
    private static double Combing(byte[] pixels, int width, int height)
    {
        long near = 0, far = 0, across = 0;
        for (var y = 0; y + 2 < height; y++)
        {
            for (var x = 0; x + 1 < width; x++)
            {
                var here = pixels[(y * width + x) * 3];
                near += Math.Abs(here - pixels[((y + 1) * width + x) * 3]);
                far += Math.Abs(here - pixels[((y + 2) * width + x) * 3]);
                across += Math.Abs(here - pixels[(y * width + x + 1) * 3]);
            }
        }

        return (double)(near - far) / Math.Max(1, near + across);
    }

    private static async Task<(int Width, int Height)> SizeAsync(Video video)
    {
        using var file = video.Open();
        var shot = Assert.Single(await Shoot.TakeAsync(file, await Shoot.PlanAsync(file, 1)));
        return (shot.Width, shot.Height);
    }

    private static async Task<byte[]> PixelsAsync(Video video, MediaOptions? options = null)
    {
        using var file = video.Open();
        var shot = Assert.Single(await Shoot.TakeAsync(file, await Shoot.PlanAsync(file, 1), options));
        return await Tool.PixelsAsync(shot.Jpeg);
    }
}
