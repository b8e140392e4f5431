namespace EventTorrent.Media.Sheets;

/// <summary>
/// The eleven characters of a time as dots, so that no font has to be installed, found or trusted. Each digit is five dots
/// wide and seven high, the colon one dot wide.
/// </summary>
internal static class Digits
{
    private const int Height = 7;

    private static readonly Dictionary<char, string[]> Glyphs = new()
    {
        ['0'] = [".###.", "#...#", "#..##", "#.#.#", "##..#", "#...#", ".###."],
        ['1'] = ["..#..", ".##..", "..#..", "..#..", "..#..", "..#..", ".###."],
        ['2'] = [".###.", "#...#", "....#", "...#.", "..#..", ".#...", "#####"],
        ['3'] = ["#####", "...#.", "..#..", "...#.", "....#", "#...#", ".###."],
        ['4'] = ["...#.", "..##.", ".#.#.", "#..#.", "#####", "...#.", "...#."],
        ['5'] = ["#####", "#....", "####.", "....#", "....#", "#...#", ".###."],
        ['6'] = ["..##.", ".#...", "#....", "####.", "#...#", "#...#", ".###."],
        ['7'] = ["#####", "....#", "...#.", "..#..", ".#...", ".#...", ".#..."],
        ['8'] = [".###.", "#...#", "#...#", ".###.", "#...#", "#...#", ".###."],
        ['9'] = [".###.", "#...#", "#...#", ".####", "....#", "...#.", ".##.."],
        [':'] = [".", "#", "#", ".", "#", "#", "."],
    };

    /// <summary>Writes a text in white on dark into the lower right corner of a box. Other characters are left out; what does not fit is not written.</summary>
    public static void Draw(Canvas canvas, string text, int right, int bottom, int maxWidth, int dot)
    {
        var glyphs = text.Where(Glyphs.ContainsKey).Select(character => Glyphs[character]).ToList();
        var width = (glyphs.Sum(glyph => glyph[0].Length + 1) + 3) * dot;
        var height = (Height + 4) * dot;
        if (glyphs.Count == 0 || width > maxWidth)
            return;

        canvas.Darken(right - width, bottom - height, width, height);
        var x = right - width + (2 * dot);
        foreach (var glyph in glyphs)
        {
            for (var row = 0; row < Height; row++)
            {
                for (var column = 0; column < glyph[row].Length; column++)
                {
                    if (glyph[row][column] == '#')
                        canvas.Fill(x + (column * dot), bottom - height + ((row + 2) * dot), dot, dot, byte.MaxValue);
                }
            }

            x += (glyph[0].Length + 1) * dot;
        }
    }
}
