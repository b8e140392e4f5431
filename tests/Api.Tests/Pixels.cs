using System.Globalization;
using System.Text;
using EventTorrent.TestKit;

namespace EventTorrent.Api.Tests;

/// <summary>A picture taken apart by ffmpeg.</summary>
internal sealed record Pixels(int Width, int Height, byte[] Rgb)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public (int Red, int Green, int Blue) At(int x, int y) => (Rgb[((y * Width) + x) * 3], Rgb[(((y * Width) + x) * 3) + 1], Rgb[(((y * Width) + x) * 3) + 2]);

    /// <summary>A JPEG of one colour.</summary>
    public static async Task<byte[]> JpegAsync(string color, int width = 320, int height = 180)
    {
        await using var directory = new TempDirectory();
        await FfmpegAsync(
            "-f", "lavfi", "-i", string.Create(CultureInfo.InvariantCulture, $"color={color}:size={width}x{height}"),
            "-vf", "scale=out_color_matrix=bt601:out_range=pc,format=yuvj420p", "-frames:v", "1", "-q:v", "2", directory["a.jpg"]);
        return await File.ReadAllBytesAsync(directory["a.jpg"], ApiHost.Token);
    }

    public static async Task<Pixels> ReadAsync(byte[] jpeg)
    {
        await using var directory = new TempDirectory();
        await File.WriteAllBytesAsync(directory["a.jpg"], jpeg, ApiHost.Token);
        await FfmpegAsync("-i", directory["a.jpg"], "-frames:v", "1", directory["a.ppm"]);
        var ppm = await File.ReadAllBytesAsync(directory["a.ppm"], ApiHost.Token);
        var header = Encoding.ASCII.GetString(ppm, 0, 20).Split('\n', 4);
        var size = header[1].Split(' ').Select(text => int.Parse(text, CultureInfo.InvariantCulture)).ToArray();
        return new Pixels(size[0], size[1], ppm[^(size[0] * size[1] * 3)..]);
    }

    private static Task<string> FfmpegAsync(params string[] arguments) =>
        ToolProcess.RunAsync("ffmpeg", ["-nostdin", "-v", "error", "-y", .. arguments], Patience, ApiHost.Token);
}
