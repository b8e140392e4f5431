using System.Globalization;
using System.Security.Cryptography;
using EventTorrent.Media;
using EventTorrent.Media.Decoding;
using EventTorrent.TestKit;

namespace EventTorrent.Benchmarks.Corpus;

/// <summary>
/// The pictures that ffmpeg makes of a whole file, through the same filters and in the same JPEG: two pictures are the same when their
/// bytes are. Each way to treat a video is tried when it is needed.
/// </summary>
internal sealed class ReferencePictures(CorpusFile file)
{
    private const int MaxSide = 1920;
    private const string Quality = "3";
    private const string MaxPictures = "1500";
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(1);

    /// <summary>Behind a keyframe and before the next picture: the seek ends at that keyframe.</summary>
    private const double BehindKeyframeSeconds = 0.005;

    private static readonly PictureTreatment[] Treatments =
    [
        new(DynamicRange.Standard, false), new(DynamicRange.Standard, true), new(DynamicRange.ToneMapped, false), new(DynamicRange.Perceptual, false), new(DynamicRange.HybridLog, false),
    ];

    /// <summary>How many of some screenshots are one of the file's pictures; and how many others are what ffmpeg shows when it begins to decode there.</summary>
    public async Task<(int Equal, int Sought)> CompareAsync(IReadOnlyList<Screenshot> shots, CancellationToken cancellationToken)
    {
        var open = shots.ToList();
        foreach (var (isWhole, treatment) in Treatments.Select(treatment => (false, treatment)).Append((true, Treatments[0])))
        {
            if (open.Count > 0)
            {
                // What is between keyframes is only decoded where they are not enough, such as behind a change of the description.
                var pictures = await DecodeAsync(
                    isWhole ? "" : "select=key,", treatment, isWhole ? [] : ["-discard", "nokey"], isWhole ? ["-frames:v", MaxPictures] : [], cancellationToken);
                open.RemoveAll(shot => pictures.Contains(HashOf(shot)));
            }
        }

        var sought = 0;
        foreach (var shot in open)
        {
            var seek = (shot.TakenAt.TotalSeconds + BehindKeyframeSeconds).ToString(CultureInfo.InvariantCulture);
            var there = await DecodeAsync("", Treatments[0], ["-ss", seek, "-noaccurate_seek"], ["-frames:v", "1"], cancellationToken);
            sought += there.Contains(HashOf(shot)) ? 1 : 0;
        }

        return (shots.Count - open.Count, sought);
    }

    /// <returns>MD5 of each picture; none when ffmpeg can't treat it so.</returns>
    private async Task<HashSet<string>> DecodeAsync(
        string select, PictureTreatment treatment, string[] input, string[] output, CancellationToken cancellationToken)
    {
        await using var ffmpeg = await ToolProcess.StartAsync(
            "ffmpeg",
            [
                "-nostdin", "-v", "quiet", "-threads", "1", "-protocol_whitelist", "file", "-f", file.Demuxer, .. input, "-i", "file:" + file.Path, "-map", "0:V:0",
                "-vf", select + PictureFilters.Create(treatment, MaxSide), "-autoscale", "0", "-fps_mode", "passthrough",
                "-q:v", Quality, "-c:v", "mjpeg", .. output, "-f", "framemd5", "-",
            ]);
        try
        {
            await ffmpeg.WaitForExitAsync(Deadline, cancellationToken);
        }
        catch (TimeoutException)
        {
            // What there is counts.
        }

        return [.. ffmpeg.Output.Split('\n').Where(line => line.StartsWith("0,", StringComparison.Ordinal)).Select(line => line.Split(',')[5].Trim())];
    }

    // MD5 is what ffmpeg's muxer offers.
#pragma warning disable CA5351
    private static string HashOf(Screenshot shot) => Convert.ToHexStringLower(MD5.HashData(shot.Jpeg.Span));
#pragma warning restore CA5351
}
