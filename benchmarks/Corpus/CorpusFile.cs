using System.Globalization;
using EventTorrent.TestKit;

namespace EventTorrent.Benchmarks.Corpus;

/// <summary>A file of the shared corpus, which stands beside the repository, as its manifest describes it.</summary>
/// <param name="Demuxer">What ffprobe takes it for, such as "mov".</param>
/// <param name="Keyframes">How many keyframes ffmpeg decodes of the whole file.</param>
internal sealed record CorpusFile(string Path, string Demuxer, int Keyframes)
{
    private const int PathColumn = 0;
    private const int DemuxerColumn = 4;
    private const int KeyframesColumn = 9;

    public string Name => System.IO.Path.GetFileName(Path);

    /// <exception cref="InvalidOperationException">The corpus is not there.</exception>
    public static IReadOnlyList<CorpusFile> ReadAll()
    {
        var root = RepositoryPaths.Corpus ?? throw new InvalidOperationException("The corpus is not there: ../shared/corpus beside the repository.");
        return [.. File.ReadLines(System.IO.Path.Join(root, "media", "MANIFEST.tsv")).Skip(1).Select(line => line.Split('\t')).Select(cells => new CorpusFile(
            System.IO.Path.Join(root, cells[PathColumn]),
            cells[DemuxerColumn],
            int.TryParse(cells[KeyframesColumn], NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : 0))];
    }
}
