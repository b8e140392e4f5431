namespace EventTorrent.Benchmarks.Hls;

/// <summary>Costs beside those of plain ffmpeg, and whether the ratios of neighbours are within their goals.</summary>
internal static class CostTable
{
    /// <param name="ours">Each with the goals for the ratios of its medians; null where there is none, as nothing was measured.</param>
    public static void Write(
        Report report, string plainName, IReadOnlyList<Cost> plain, params (string Name, IReadOnlyList<Cost> Costs, double? WallGoal, double? ProcessorGoal)[] ours)
    {
        report.Table(
            ["", "wall s", "ratio", "goal", "processor s", "ratio", "goal"],
            ours.Select(side => (string[])
            [
                side.Name, .. Cells(side.Costs, plain, cost => cost.Wall, side.WallGoal), .. Cells(side.Costs, plain, cost => cost.Processor, side.ProcessorGoal),
            ]).Prepend([plainName, Text(plain, cost => cost.Wall), "1", "", Text(plain, cost => cost.Processor), "1", ""]));
    }

    /// <summary>The median of the ratios of neighbours.</summary>
    public static double Ratio(IReadOnlyList<Cost> costs, IReadOnlyList<Cost> plain, Func<Cost, double> part) =>
        Spread.Of(costs.Zip(plain).Select(pair => part(pair.First) / part(pair.Second))).Median;

    private static string[] Cells(IReadOnlyList<Cost> costs, IReadOnlyList<Cost> plain, Func<Cost, double> part, double? goal)
    {
        if (goal is null)
        {
            return ["-", "-", ""];
        }

        var ratio = Spread.Of(costs.Zip(plain).Select(pair => part(pair.First) / part(pair.Second)));
        return [Text(costs, part), ratio.ToString("0.00"), FormattableString.Invariant($"<= {goal:0.00} {(ratio.Median <= goal ? "met" : "NOT MET")}")];
    }

    private static string Text(IReadOnlyList<Cost> costs, Func<Cost, double> part) => Spread.Of(costs.Select(part)).ToString("0.00");
}
