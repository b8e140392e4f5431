using System.Globalization;

namespace EventTorrent.Benchmarks;

/// <summary>Median, least and greatest of some measurements.</summary>
internal readonly record struct Spread(double Median, double Min, double Max)
{
    public static Spread Of(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        var middle = sorted.Length / 2;
        var median = sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new Spread(median, sorted[0], sorted[^1]);
    }

    /// <summary>"median (min-max)".</summary>
    public string ToString(string format) => string.Format(
        CultureInfo.InvariantCulture,
        "{0} ({1}-{2})",
        Median.ToString(format, CultureInfo.InvariantCulture),
        Min.ToString(format, CultureInfo.InvariantCulture),
        Max.ToString(format, CultureInfo.InvariantCulture));
}
