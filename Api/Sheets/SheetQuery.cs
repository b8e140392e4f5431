using System.Globalization;
using EventTorrent.Media.Sheets;

namespace EventTorrent.Api.Sheets;

/// <summary>The options of a sheet, read and checked: whole numbers within bounds, each once.</summary>
/// <param name="File">Index of the file in the torrent, or null for the first one that has pictures.</param>
/// <param name="Columns">Pictures in a row.</param>
/// <param name="CellWidth">Width of one picture in pixels.</param>
internal sealed record SheetQuery(int? File, int Columns, int CellWidth)
{
    public const int DefaultColumns = 4;
    public const int DefaultCellWidth = 320;

    private const int MaxFile = 9_999;

    public static SheetQuery? Parse(IQueryCollection query, out string? error)
    {
        if (TryRead(query, "file", 0, MaxFile, out var file, out error)
            && TryRead(query, "columns", 1, SheetLayout.MaxColumns, out var columns, out error)
            && TryRead(query, "width", SheetLayout.MinCellWidth, SheetLayout.MaxCellWidth, out var width, out error))
        {
            return new SheetQuery(file, columns ?? DefaultColumns, width ?? DefaultCellWidth);
        }

        return null;
    }

    private static bool TryRead(IQueryCollection query, string name, int min, int max, out int? number, out string? error)
    {
        (number, error) = (null, null);
        var values = query[name];
        if (values.Count == 0)
        {
            return true;
        }

        if (values is [{ Length: <= 5 } text] && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var parsed) && parsed >= min && parsed <= max)
        {
            number = parsed;
            return true;
        }

        error = $"{name} is a whole number from {min} to {max}.";
        return false;
    }
}
