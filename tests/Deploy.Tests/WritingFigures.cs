using System.Text.RegularExpressions;
using EventTorrent.TestKit;

namespace EventTorrent.Deploy.Tests;

/// <summary>The table of docs/benchmarks.md, and how ./bench.sh all writes it.</summary>
public sealed partial class WritingFigures
{
    private const string Page = "docs/benchmarks.md";
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private const string Measured =
        """
        # All benchmarks

        `./bench.sh all` on 2027-02-03 04:05 UTC, commit abc1234: 2 processors (A processor, on 1999-01-01), 24000 MiB, Debian.

        ## `./bench.sh shots`: measured

        ```
        # shots, 2027-02-03 04:05 UTC, 2 processors, load 1.00 1.00 1.00, .NET 10.0.0
        mode    ratio
        = payload | 1.005 | at most 1.10, met
        = whole pieces | 19.5 | 
        ```

        ## `./bench.sh bus`: FAILED

        ```
        = tasks/s | 0.99 | at least 0.80, met
        error: The broker did not start.
        ```

        ## `./bench.sh hls-corpus`: measured

        ```
        = crashes | 0 | at most 0, met
        ```
        """;

    private const string Document =
        """
        # Benchmarks

        <!-- figures: written by ./bench.sh all -->
        | bench | figure | measured | goal | when, commit |
        |---|---|---|---|---|
        | `bus` | tasks/s | 0.31 | at least 0.80, **missed** | 2026-11-25 |
        | `shots` | payload | 1.006 |  | 2026-11-22 |
        | `shots` | what is not measured any more | 5 |  | 2026-11-22 |
        | `gone` | of a bench that was not run | 7 |  | 2026-11-22 |
        <!-- figures: end -->

        | `shots` | in another table | 1 |
        """;

    private const string Expected =
        """
        # Benchmarks

        <!-- figures: written by ./bench.sh all -->
        | bench | figure | measured | goal | when, commit |
        |---|---|---|---|---|
        | `shots` | payload | 1.005 | at most 1.10, met | 2027-02-03, abc1234 |
        | `shots` | whole pieces | 19.5 |  | 2027-02-03, abc1234 |
        | `bus` | tasks/s | 0.31 | at least 0.80, **missed** | 2026-11-25 |
        | `hls-corpus` | crashes | 0 | at most 0, met | 2027-02-03, abc1234 |
        | `gone` | of a bench that was not run | 7 |  | 2026-11-22 |
        <!-- figures: end -->

        | `shots` | in another table | 1 |
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_was_measured_takes_the_place_of_its_rows_and_what_failed_keeps_them()
    {
        var once = await WriteAsync(Document);

        Assert.Equal(Expected, once);
        Assert.Equal(Expected, await WriteAsync(once));
    }

    [Fact]
    public void The_table_has_every_bench_of_all_in_its_order()
    {
        var benches = List().Match(RepositoryFile.Read("bench.sh")).Groups["names"].Value.Split(' ');

        Assert.True(benches.Length > 10, $"{benches.Length} benches");
        Assert.Equal(benches, Rows().Select(row => row.Bench).Distinct());
    }

    /// <summary>Each row has a figure that its bench says: one that was renamed would stay for ever.</summary>
    [Fact]
    public void Every_figure_of_the_table_is_said_by_a_bench()
    {
        var said = Sources().SelectMany(source => Figure().Matches(source)).Select(call => $"^{Placeholder().Replace(Regex.Escape(call.Groups["what"].Value), ".+")}$").ToList();

        Assert.All(Rows(), row => Assert.Contains(said, pattern => Regex.IsMatch(row.Figure, pattern)));
        Assert.All(said, pattern => Assert.Contains(Rows(), row => Regex.IsMatch(row.Figure, pattern)));
    }

    private static async Task<string> WriteAsync(string document)
    {
        await using var directory = new TempDirectory();
        await File.WriteAllTextAsync(directory["all.md"], Measured, Cancellation);
        await File.WriteAllTextAsync(directory["benchmarks.md"], document, Cancellation);
        return (await ToolProcess.RunAsync("awk", ["-f", RepositoryFile.PathOf("scripts/figures.awk"), directory["all.md"], directory["benchmarks.md"]], Deadline, Cancellation)).TrimEnd('\n');
    }

    private static List<(string Bench, string Figure)> Rows()
    {
        var text = RepositoryFile.Read(Page);
        var table = text[text.IndexOf("<!-- figures: written", StringComparison.Ordinal)..text.IndexOf("<!-- figures: end", StringComparison.Ordinal)];
        return [.. Row().Matches(table).Select(row => (row.Groups["bench"].Value, row.Groups["figure"].Value))];
    }

    private static IEnumerable<string> Sources() =>
        new[] { ("benchmarks", "*Bench.cs"), ("Web/viewer/bench", "*.ts"), ("Web/app/bench", "*.ts") }
            .SelectMany(place => Directory.EnumerateFiles(RepositoryFile.PathOf(place.Item1), place.Item2, SearchOption.AllDirectories))
            .Select(File.ReadAllText);

    [GeneratedRegex(@"for name in (?<names>shots [a-z -]+);")]
    private static partial Regex List();

    [GeneratedRegex(@"^\| `(?<bench>[a-z-]+)` \| (?<figure>[^|]+) \|", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"report\.[Ff]igure\(\s*\$?[""'](?<what>[^""']+)[""']")]
    private static partial Regex Figure();

    /// <summary>What is filled in, as Regex.Escape leaves it.</summary>
    [GeneratedRegex(@"\\\{[^}]*}")]
    private static partial Regex Placeholder();
}
