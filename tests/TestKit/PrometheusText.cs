using System.Globalization;
using System.Text.RegularExpressions;

namespace EventTorrent.TestKit;

/// <summary>What a process answers at <c>/metrics</c>, read strictly: text exposition format 0.0.4.</summary>
public sealed partial class PrometheusText
{
    private readonly Dictionary<string, string> _types = new(StringComparer.Ordinal);
    private readonly List<(string Name, string Labels, double Value)> _samples = [];

    private PrometheusText()
    {
    }

    /// <summary>Names of the families, as HELP and TYPE have them.</summary>
    public IEnumerable<string> Families => _types.Keys;

    /// <exception cref="FormatException">A line is none of the format.</exception>
    public static PrometheusText Parse(string text)
    {
        var parsed = new PrometheusText();
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (Type().Match(line) is { Success: true } type)
            {
                parsed._types.Add(type.Groups["name"].Value, type.Groups["type"].Value);
            }
            else if (Sample().Match(line) is { Success: true } sample)
            {
                parsed._samples.Add((sample.Groups["name"].Value, sample.Groups["labels"].Value, Number(sample.Groups["value"].Value)));
            }
            else if (!line.StartsWith('#'))
            {
                throw new FormatException($"No line of the format: {line}");
            }
        }

        return parsed;
    }

    /// <summary>Sum of the samples of a name that have these labels, each as <c>name="value"</c>; null when there is none.</summary>
    public double? Find(string name, params string[] labels)
    {
        var found = _samples.FindAll(sample => sample.Name == name && Array.TrueForAll(labels, label => sample.Labels.Contains(label, StringComparison.Ordinal)));
        return found.Count == 0 ? null : found.Sum(sample => sample.Value);
    }

    private static double Number(string text) => text switch
    {
        "+Inf" => double.PositiveInfinity,
        "-Inf" => double.NegativeInfinity,
        _ => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture),
    };

    [GeneratedRegex(@"^# TYPE (?<name>[a-z_][a-z0-9_]*) (?<type>counter|gauge|histogram|untyped)$")]
    private static partial Regex Type();

    [GeneratedRegex("""^(?<name>[a-z_][a-z0-9_]*)(?:\{(?<labels>[^\n]*)\})? (?<value>\S+)(?: \d+)?$""")]
    private static partial Regex Sample();
}
