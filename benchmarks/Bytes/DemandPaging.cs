using System.Globalization;
using EventTorrent.TestKit;

namespace EventTorrent.Benchmarks.Bytes;

/// <summary>
/// What ffmpeg itself reads for the same pictures, if every byte it asks for, and no other, is fetched at that moment. All calls share
/// what was fetched; the first is alone, the others begin together.
/// </summary>
internal sealed class DemandPaging
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(3);

    /// <summary>Behind a keyframe and before the next picture: the seek ends at that keyframe.</summary>
    private const double BehindKeyframeSeconds = 0.02;

    private readonly List<ReadLog> _calls = [];

    public static async Task<DemandPaging> RunAsync(string path, BytesFilm film, IReadOnlyList<TimeSpan> times, CancellationToken cancellationToken)
    {
        var paging = new DemandPaging();
        foreach (var time in times)
        {
            await using var file = new PagedFile(path);
            await ToolProcess.RunAsync("ffmpeg", Arguments(film, file.Url, time), Deadline, cancellationToken);
            paging._calls.Add(file.Log);
        }

        return paging;
    }

    public long CountBytes(long unitBytes, long fileBytes) => NeededBytes.Of(_calls.SelectMany(call => call.Spans), unitBytes, fileBytes);

    /// <summary>Reads one after the other: those of the first call, and of the others the most that one of them adds.</summary>
    public int CountRounds(long unitBytes)
    {
        var there = new HashSet<long>();
        var first = _calls[0].CountRounds(unitBytes, there);
        return first + _calls.Skip(1).Max(call => call.CountRounds(unitBytes, [.. there]));
    }

    /// <summary>The command of facts and manuals for one picture near a time. Without passthrough it would decode on to the exact time.</summary>
    private static string[] Arguments(BytesFilm film, string url, TimeSpan time) =>
    [
        "-nostdin", "-v", "quiet", "-threads", "1", "-reconnect", "1", "-f", film.Demuxer, .. film.Demuxer == "mov" ? ["-use_mfra_for", "pts"] : Array.Empty<string>(),
        "-ss", (time.TotalSeconds + BehindKeyframeSeconds).ToString(CultureInfo.InvariantCulture), "-noaccurate_seek", "-i", url,
        "-map", "0:v:0", "-frames:v", "1", "-fps_mode", "passthrough", "-f", "null", "-",
    ];
}
