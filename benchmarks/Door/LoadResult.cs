using System.Globalization;

namespace EventTorrent.Benchmarks.Door;

/// <summary>What one load came to.</summary>
/// <param name="Milliseconds">Of every request, in order of size.</param>
internal sealed record LoadResult(double PerSecond, IReadOnlyList<double> Milliseconds)
{
    public double P99 => Quantile(Milliseconds, 0.99);

    public string[] Row(string name) => [name, Text(PerSecond), Text(Quantile(Milliseconds, 0.5)), Text(P99)];

    /// <param name="sorted">In order of size.</param>
    public static double Quantile(IReadOnlyList<double> sorted, double part) =>
        sorted.Count == 0 ? double.NaN : sorted[Math.Min(sorted.Count - 1, (int)(sorted.Count * part))];

    private static string Text(double value) => value.ToString("0.0", CultureInfo.InvariantCulture);
}
