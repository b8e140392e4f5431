using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using EventTorrent.Contracts;

namespace EventTorrent.Hosting.Tests;

/// <summary>deploy/grafana and deploy/prometheus against the code.</summary>
public sealed partial class Dashboards
{
    /// <summary>Of .NET itself; <see cref="Metrics"/> sees them in an answer.</summary>
    public static readonly string[] OfTheRuntime =
        ["dotnet_process_memory_working_set_bytes", "dotnet_process_cpu_time_seconds_total", "http_server_request_duration_seconds"];

    [Fact]
    public void The_page_names_every_instrument_of_the_code_and_no_other()
    {
        var documented = MetricNames.Documented();
        var instruments = MetricNames.Instruments();

        Assert.True(instruments.Count >= 30, string.Join('\n', instruments));
        Assert.DoesNotContain(instruments, instrument => !documented.Any(name => IsOf(name, instrument)));
        Assert.DoesNotContain(documented, name => !instruments.Any(instrument => IsOf(name, instrument)));
    }

    [Fact]
    public void The_dashboard_asks_for_what_is_there()
    {
        var dashboard = JsonNode.Parse(MetricNames.Read("deploy", "grafana", "eventtorrent.json"))!;
        var expressions = dashboard["panels"]!.AsArray().SelectMany(panel => panel!["targets"]?.AsArray() ?? []).Select(target => (string)target!["expr"]!).ToList();

        Assert.True(expressions.Count >= 30, $"{expressions.Count} expressions");
        AssertKnown(expressions);
        // Who looks at the dashboard sees all there is.
        Assert.Empty(MetricNames.Documented().Except(expressions.SelectMany(MetricNames.Used)));
    }

    [Fact]
    public void The_alerts_ask_for_what_is_there_and_say_what_it_means()
    {
        var alerts = MetricNames.Read("deploy", "prometheus", "alerts.yaml");
        var rules = alerts.Split("- alert: ")[1..];

        Assert.True(rules.Length >= 10, $"{rules.Length} rules");
        Assert.Equal(rules.Length, rules.Select(rule => rule.Split('\n')[0]).Distinct().Count());
        Assert.All(rules, rule => Assert.Matches(@"(?s)^EventTorrent\w+\n +expr: .+severity: (critical|warning|info) .+summary: ", rule));
        AssertKnown(rules.Select(rule => Expression().Match(rule).Groups["expr"].Value));
    }

    [Fact]
    public void Every_alert_has_its_symptom_and_every_cause_that_it_asks_for_is_one()
    {
        var alerts = MetricNames.Read("deploy", "prometheus", "alerts.yaml");
        var page = MetricNames.Read("docs", "operations.md");
        var symptoms = page[page.IndexOf("\n## Symptoms", StringComparison.Ordinal)..page.IndexOf("\n## Back-up", StringComparison.Ordinal)];

        Assert.Equal(
            AlertName().Matches(alerts).Select(alert => alert.Groups["name"].Value).Order(StringComparer.Ordinal),
            NamedAlert().Matches(symptoms).Select(alert => alert.Groups["name"].Value).Distinct().Order(StringComparer.Ordinal));
        var causes = Cause().Matches(alerts).SelectMany(cause => cause.Groups["causes"].Value.Split('|')).ToList();
        Assert.NotEmpty(causes);
        Assert.All(causes, cause => Assert.True(Enum.TryParse<FailureKind>(cause, out _), cause));
    }

    /// <summary>A unit and the end of a counter are Prometheus' own.</summary>
    private static bool IsOf(string name, string instrument) =>
        name.StartsWith(instrument, StringComparison.Ordinal) && Ending().IsMatch(name[instrument.Length..]);

    private static void AssertKnown(IEnumerable<string> expressions)
    {
        var known = MetricNames.Documented().Union(OfTheRuntime).ToHashSet();
        Assert.All(expressions, expression => Assert.Subset(known, MetricNames.Used(expression).ToHashSet()));
        Assert.All(expressions, expression => Assert.True(expression.StartsWith("up{", StringComparison.Ordinal) || MetricNames.Used(expression).Any(), expression));
    }

    [GeneratedRegex(@"- alert: (?<name>\w+)")]
    private static partial Regex AlertName();

    [GeneratedRegex(@"`(?<name>EventTorrent[A-Z]\w+)`")]
    private static partial Regex NamedAlert();

    [GeneratedRegex(@"cause=~?""(?<causes>[^""]+)""")]
    private static partial Regex Cause();

    [GeneratedRegex("^(_seconds|_bytes)?(_total)?$")]
    private static partial Regex Ending();

    [GeneratedRegex(@"expr: (?:\|\n)?(?<expr>[^\n]+(?:\n {10}[^\n]+)*)")]
    private static partial Regex Expression();
}
