using System.Globalization;

namespace EventTorrent.Media.Tests.Support;

/// <summary>Pictures of a file that ffmpeg decodes from its beginning, for comparison.</summary>
internal static class Frames
{
    /// <summary>How far a picture is from the file's own one of that time: mean distance of its values, 0 to 255; infinite when there is none.</summary>
    public static Task<double> DistanceAsync(Screenshot shot, string path, string demuxer)
    {
        var time = (shot.TakenAt.TotalSeconds - 0.005).ToString("0.######", CultureInfo.InvariantCulture);
        return DistanceAsync(shot, path, demuxer, $"select='gte(t,{time})'", count: 1);
    }

    /// <summary>How far it is from the nearest of the first pictures of a small file.</summary>
    public static Task<double> DistanceToAnyAsync(Screenshot shot, string path, string demuxer) =>
        DistanceAsync(shot, path, demuxer, "select=1", count: 200);

    private static async Task<double> DistanceAsync(Screenshot shot, string path, string demuxer, string select, int count)
    {
        var directory = Directory.CreateTempSubdirectory("eventtorrent-frame-");
        try
        {
            var output = Path.Join(directory.FullName, "frame.rgb");
            await Tool.RunAsync("ffmpeg",
            [
                "-nostdin", "-y", "-v", "error", "-f", demuxer, "-i", path, "-map", "0:V:0", "-vf", $"{select},scale={shot.Width}:{shot.Height}",
                "-frames:v", $"{count}", "-fps_mode", "passthrough", "-f", "rawvideo", "-pix_fmt", "rgb24", output,
            ]);
            var frames = await File.ReadAllBytesAsync(output, TestContext.Current.CancellationToken);
            var actual = await Tool.PixelsAsync(shot.Jpeg);
            return frames.Chunk(actual.Length).Select(expected => Distance(expected, actual)).DefaultIfEmpty(double.PositiveInfinity).Min();
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static double Distance(byte[] expected, byte[] actual)
    {
        var sum = 0L;
        for (var i = 0; i < actual.Length; i++)
            sum += Math.Abs(expected[i] - actual[i]);
        return (double)sum / actual.Length;
    }
}
