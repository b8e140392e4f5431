using System.Globalization;
using EventTorrent.Media.Decoding;
using EventTorrent.Media.Hls;
using EventTorrent.Media.Tests.Support;
using EventTorrent.TestKit;
using Microsoft.Extensions.Logging.Abstractions;

namespace EventTorrent.Media.Tests.Hls;

/// <summary>Every real file becomes a plan or is refused by name, and each is in a table that a person has read.</summary>
public sealed class Corpus_plans
{
    private const string Table = "tests/Media.Tests/approved/hls-plans.txt";

    /// <summary>Which files ffmpeg reads, and how, differs between its versions; the table is of this one.</summary>
    private const string TableVersion = "5.1";

    [Fact]
    public async Task Every_file_is_copied_encoded_or_refused_by_name()
    {
        // Without the jail, which other tests try: it doubles the time of so many short calls.
        var options = new MediaOptions { Jail = JailMode.Off };
        var reader = new HlsSourceReader(new MediaProbe(options, new Ffmpeg(options, NullLogger.Instance)), new HlsOptions());
        var lines = new string[Corpus.Files().Count];
        await Parallel.ForEachAsync(
            Corpus.Files().Select((file, index) => (file, index)),
            new ParallelOptions { MaxDegreeOfParallelism = 2, CancellationToken = TestContext.Current.CancellationToken },
            async (entry, token) => lines[entry.index] = $"{entry.file.Name} -> {await DescribeAsync(reader, entry.file.Path, token)}");

        var (_, version, _) = await Tool.RunAsync("ffmpeg", ["-version"]);
        var path = Path.Join(RepositoryPaths.Root, Table);
        if (Environment.GetEnvironmentVariable("EVENTTORRENT_APPROVE") == "1")
            await File.WriteAllLinesAsync(path, lines, TestContext.Current.CancellationToken);
        TestContext.Current.TestOutputHelper!.WriteLine(string.Join('\n', lines));
        Assert.SkipUnless(version.Contains($"version {TableVersion}", StringComparison.Ordinal), $"No file crashed; the table is of ffmpeg {TableVersion}.");
        Assert.Equal(await File.ReadAllLinesAsync(path, TestContext.Current.CancellationToken), lines);
    }

    private static async Task<string> DescribeAsync(HlsSourceReader reader, string path, CancellationToken cancellationToken)
    {
        try
        {
            return Describe(await reader.PlanAsync(path, [], cancellationToken));
        }
        catch (MediaException refusal)
        {
            return $"refused, {refusal.Kind}: {refusal.Message}";
        }
    }

    private static string Describe(HlsPlan plan)
    {
        var video = plan.Video.Select(rendition => string.Create(
            CultureInfo.InvariantCulture,
            $"video {(rendition.IsCopied ? "copied" : $"encoded ({rendition.Reason})")} {rendition.Width}x{rendition.Height}"));
        var audio = plan.Audio.Select(track => $"audio {(track.IsCopied ? "copied" : $"encoded ({track.Reason})")}");
        var subtitles = plan.Subtitles.Select(_ => "subtitles");
        var skipped = plan.Skipped.Select(stream => $"skipped {(stream.Codec.Length > 0 ? stream.Codec : "a stream")}");
        return string.Join(", ", [.. video, .. audio, .. subtitles, .. skipped]) + (plan.ChunkCount > 1 ? $" in {plan.ChunkCount} chunks" : "");
    }
}
