using System.Text.RegularExpressions;
using EventTorrent.TestKit;

namespace EventTorrent.Hosting.Tests;

/// <summary>The names of metrics, as the code, the page and the files for Prometheus and Grafana have them.</summary>
internal static partial class MetricNames
{
    private static readonly string[] Projects = ["Api", "Hosting", "Sagas", "Signaling", "Workers.Download", "Workers.Screenshot", "Workers.Transcode"];

    /// <summary>Those of the table in docs/observability.md.</summary>
    public static HashSet<string> Documented() => [.. Row().Matches(Read("docs", "observability.md")).Select(row => row.Groups["name"].Value)];

    /// <summary>Those of an expression, without what a histogram adds.</summary>
    public static IEnumerable<string> Used(string text) => Name().Matches(Labels().Replace(text, "")).Select(name => Part().Replace(name.Value, ""));

    /// <summary>Of all instruments in the code, in Prometheus' letters: their units and <c>_total</c> are missing.</summary>
    public static HashSet<string> Instruments() =>
    [
        .. SourceFiles("*.cs").SelectMany(file => Instrument().Matches(File.ReadAllText(file))).Select(call => call.Groups["name"].Value.Replace('.', '_')),
        .. PeerMetric().Matches(Read("Web", "peer", "src", "metrics.ts")).Select(line => line.Groups["name"].Value),
    ];

    public static string Read(params string[] path) => File.ReadAllText(Path.Combine([RepositoryPaths.Root, .. path]));

    private static IEnumerable<string> SourceFiles(string pattern) =>
        Projects.SelectMany(project => Directory.EnumerateFiles(Path.Combine(RepositoryPaths.Root, project), pattern, SearchOption.AllDirectories))
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal));

    [GeneratedRegex(@"^\| `(?<name>[a-z]+_[a-z_]+)` \|", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"\b(eventtorrent|process|dotnet|http|signalr)_[a-z0-9_]+(?=[\s{(\[)/]|$)")]
    private static partial Regex Name();

    [GeneratedRegex(@"\bby \([^)]*\)")]
    private static partial Regex Labels();

    [GeneratedRegex("(_bucket|_sum|_count)$")]
    private static partial Regex Part();

    [GeneratedRegex(@"\.Create(?:Observable)?(?:Counter|Gauge|Histogram|UpDownCounter)(?:<\w+>)?\(\s*""(?<name>[a-z_.]+)""")]
    private static partial Regex Instrument();

    [GeneratedRegex("^  (?<name>eventtorrent_[a-z_]+): '", RegexOptions.Multiline)]
    private static partial Regex PeerMetric();
}
