namespace EventTorrent.Media.Sheets;

/// <summary>Where the pictures of a sheet are: a grid of equal cells, in which each picture is as large as it can be.</summary>
/// <param name="Columns">1 to <see cref="MaxColumns"/>.</param>
/// <param name="CellWidth">Pixels, <see cref="MinCellWidth"/> to <see cref="MaxCellWidth"/>, even.</param>
/// <param name="CellHeight">Pixels, at most the width, even.</param>
/// <param name="Cells">1 to <see cref="ScreenshotPlan.MaxShots"/>.</param>
/// <param name="Gap">Pixels between the cells and around them.</param>
public sealed record SheetLayout(int Columns, int CellWidth, int CellHeight, int Cells, int Gap)
{
    public const int MaxColumns = 10;
    public const int MinCellWidth = 80;
    public const int MaxCellWidth = 480;

    /// <summary>Wider pictures get bars above and below.</summary>
    private const double MaxAspect = 2.4;

    public int Rows => (Cells + Columns - 1) / Columns;

    public int Width => Gap + (Columns * (CellWidth + Gap));

    public int Height => Gap + (Rows * (CellHeight + Gap));

    /// <summary>A grid for pictures of a shape; upright ones get square cells.</summary>
    public static SheetLayout For(int pictureWidth, int pictureHeight, int columns, int cellWidth, int cells, int gap)
    {
        var aspect = Math.Clamp((double)Math.Max(1, pictureWidth) / Math.Max(1, pictureHeight), 1, MaxAspect);
        var width = Math.Clamp(cellWidth, MinCellWidth, MaxCellWidth) / 2 * 2;
        cells = Math.Clamp(cells, 1, ScreenshotPlan.MaxShots);
        return new(Math.Clamp(columns, 1, Math.Min(MaxColumns, cells)), width, 2 * (int)Math.Round(width / aspect / 2), cells, gap);
    }

    /// <summary>The first pixel of a cell.</summary>
    public (int X, int Y) PlaceOf(int cell)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(cell);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(cell, Cells);
        return (Gap + (cell % Columns * (CellWidth + Gap)), Gap + (cell / Columns * (CellHeight + Gap)));
    }
}
