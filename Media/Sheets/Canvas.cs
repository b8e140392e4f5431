namespace EventTorrent.Media.Sheets;

/// <summary>A picture of three bytes per pixel (red, green, blue) that others are put onto.</summary>
internal sealed class Canvas(int width, int height)
{
    public const int PixelBytes = 3;

    public byte[] Pixels { get; } = new byte[checked(width * height * PixelBytes)];

    /// <param name="pixels">Rows of <paramref name="rowWidth"/> pixels.</param>
    public void Put(ReadOnlySpan<byte> pixels, int rowWidth, int x, int y)
    {
        var row = rowWidth * PixelBytes;
        for (; pixels.Length >= row; pixels = pixels[row..], y++)
            pixels[..row].CopyTo(Pixels.AsSpan(((y * width) + x) * PixelBytes));
    }

    /// <summary>Leaves a third of the light.</summary>
    public void Darken(int x, int y, int boxWidth, int boxHeight)
    {
        for (var line = y; line < y + boxHeight; line++)
        {
            foreach (ref var value in Pixels.AsSpan(((line * width) + x) * PixelBytes, boxWidth * PixelBytes))
                value = (byte)(value / 3);
        }
    }

    public void Fill(int x, int y, int boxWidth, int boxHeight, byte value)
    {
        for (var line = y; line < y + boxHeight; line++)
            Pixels.AsSpan(((line * width) + x) * PixelBytes, boxWidth * PixelBytes).Fill(value);
    }
}
