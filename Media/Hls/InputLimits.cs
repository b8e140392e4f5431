using System.Globalization;

namespace EventTorrent.Media.Hls;

/// <summary>What stands before every input: no other file or address is opened, no size is believed.</summary>
internal static class InputLimits
{
    private const string MaxStreams = "64";
    private const string MaxAllocationBytes = "268435456";

    public static string[] Arguments(MediaOptions options, string demuxer) =>
    [
        "-max_alloc", MaxAllocationBytes, "-protocol_whitelist", "file", "-f", demuxer,
        "-max_pixels", options.MaxPicturePixels.ToString(CultureInfo.InvariantCulture), "-max_streams", MaxStreams,
    ];
}
