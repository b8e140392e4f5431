using System.Globalization;
using System.Text.RegularExpressions;

namespace EventTorrent.Media.Tests.Support;

/// <summary>Decodes a whole file with ffmpeg: what the mini files are compared with.</summary>
internal static partial class WholeFile
{
    /// <summary>MD5 of each decoded keyframe, as it is in memory, by the position of its packet in the file.</summary>
    /// <param name="all">Decode the pictures between as well, which takes long and changes nothing but where a sample description changes.</param>
    public static async Task<ILookup<long, string>> HashKeyframesAsync(string path, string demuxer, bool all = false)
    {
        var (_, output, errors) = await Tool.RunAsync("ffmpeg",
        [
            "-nostdin", "-hide_banner", "-nostats", "-v", "info", "-threads", "1", "-protocol_whitelist", "file", "-noautorotate",
            "-discard", all ? "default" : "nokey", "-f", demuxer, "-i", "file:" + path, "-map", "0:V:0", "-vf", all ? "showinfo=checksum=0" : "select=key,showinfo=checksum=0",
            "-autoscale", "0", "-fps_mode", "passthrough", "-f", "framemd5", "-",
        ]);
        var positions = Position().Matches(errors).Select(match => long.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture));
        var hashes = output.Split('\n').Where(line => line.StartsWith("0,", StringComparison.Ordinal)).Select(line => line.Split(',')[5].Trim());
        return positions.Zip(hashes).ToLookup(pair => pair.First, pair => pair.Second);
    }

    [GeneratedRegex(@"pts_time:\S+\s+pos:\s*(-?\d+)")]
    private static partial Regex Position();
}
