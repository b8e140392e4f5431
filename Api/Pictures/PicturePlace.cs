using System.Globalization;
using EventTorrent.Contracts;

namespace EventTorrent.Api.Pictures;

/// <summary>Which picture of a torrent.</summary>
/// <param name="File">Index of the file, 0 to 9999.</param>
/// <param name="Index">Position among the shots of the file, 0 to 59.</param>
internal readonly record struct PicturePlace(int File, int Index)
{
    /// <summary>Files that a torrent may have.</summary>
    private const int MaxFiles = 10_000;

    public bool IsValid => File is >= 0 and < MaxFiles && Index is >= 0 and < Limits.MaxShots;

    /// <summary>Reads the two numbers of an address; "007" and "+7" are no numbers here, so that each picture has one address.</summary>
    public static bool TryRead(string file, string index, out PicturePlace place)
    {
        place = default;
        if (!int.TryParse(file, NumberStyles.None, CultureInfo.InvariantCulture, out var fileNumber)
            || !int.TryParse(index, NumberStyles.None, CultureInfo.InvariantCulture, out var indexNumber)
            || Text(fileNumber) != file || Text(indexNumber) != index)
        {
            return false;
        }

        place = new PicturePlace(fileNumber, indexNumber);
        return place.IsValid;
    }

    public static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
