using System.Globalization;
using EventTorrent.Media.Decoding;

namespace EventTorrent.Media.Sheets;

/// <summary>Puts stored pictures together into one JPEG. Two calls of ffmpeg make and write pixels; the grid and the times are drawn here.</summary>
public sealed class SheetMaker : IDisposable
{
    /// <summary>Sheets that are made at once; one takes up to 85 MB.</summary>
    private const int MaxAtOnce = 2;

    /// <summary>Dots of a time grow with the cell: one pixel for each so many of its width.</summary>
    private const int CellWidthPerDot = 160;

    private readonly MediaOptions _options;
    private readonly Ffmpeg _ffmpeg;
    private readonly SemaphoreSlim _turns = new(MaxAtOnce);

    internal SheetMaker(MediaOptions options, Ffmpeg ffmpeg) => (_options, _ffmpeg) = (options, ffmpeg);

    /// <param name="tiles">At least one, each in a cell of its own.</param>
    /// <exception cref="MediaException">
    /// <see cref="MediaErrorKind.DecodeFailed"/> when one of the pictures is none; <see cref="MediaErrorKind.LimitExceeded"/>
    /// when it takes too long; <see cref="MediaErrorKind.ToolMissing"/>.
    /// </exception>
    public async Task<ReadOnlyMemory<byte>> MakeAsync(SheetLayout layout, IReadOnlyList<SheetTile> tiles, CancellationToken cancellationToken)
    {
        await _turns.WaitAsync(cancellationToken);
        try
        {
            var canvas = Draw(layout, tiles, await ReadAsync(layout, tiles, cancellationToken));
            return await WriteAsync(layout, canvas, cancellationToken);
        }
        finally
        {
            _turns.Release();
        }
    }

    public void Dispose() => _turns.Dispose();

    private static Canvas Draw(SheetLayout layout, IReadOnlyList<SheetTile> tiles, ReadOnlyMemory<byte> pixels)
    {
        var canvas = new Canvas(layout.Width, layout.Height);
        var size = SizeOf(layout);
        for (var i = 0; i < tiles.Count; i++)
        {
            var (x, y) = layout.PlaceOf(tiles[i].Cell);
            canvas.Put(pixels.Span.Slice(i * size, size), layout.CellWidth, x, y);
            if (tiles[i].Label is { } label)
                Digits.Draw(canvas, label, x + layout.CellWidth, y + layout.CellHeight, layout.CellWidth, Math.Max(1, layout.CellWidth / CellWidthPerDot));
        }

        return canvas;
    }

    /// <summary>All pictures through one process, each in the size of a cell.</summary>
    private async Task<ReadOnlyMemory<byte>> ReadAsync(SheetLayout layout, IReadOnlyList<SheetTile> tiles, CancellationToken cancellationToken)
    {
        var size = string.Create(CultureInfo.InvariantCulture, $"{layout.CellWidth}:{layout.CellHeight}");
        var expected = checked(tiles.Count * SizeOf(layout));
        string[] arguments =
        [
            .. Limits(), "-f", "jpeg_pipe", "-i", "pipe:0", "-map", "0:v:0", "-fps_mode", "passthrough",
            "-vf", $"scale={size}:force_original_aspect_ratio=decrease,pad={size}:-1:-1,setsar=1,format=rgb24", "-f", "rawvideo", "pipe:1",
        ];
        var pixels = await RunAsync(arguments, [.. tiles.Select(tile => tile.Jpeg)], expected, cancellationToken);
        return pixels.Length == expected
            ? pixels
            : throw new MediaException(MediaErrorKind.DecodeFailed, "One of the pictures is damaged.");
    }

    private Task<ReadOnlyMemory<byte>> WriteAsync(SheetLayout layout, Canvas canvas, CancellationToken cancellationToken)
    {
        string[] arguments =
        [
            .. Limits(), "-f", "rawvideo", "-pixel_format", "rgb24",
            "-video_size", string.Create(CultureInfo.InvariantCulture, $"{layout.Width}x{layout.Height}"), "-i", "pipe:0", "-frames:v", "1",
            "-vf", "scale=out_color_matrix=bt601:out_range=pc,format=yuvj420p", "-q:v", "4", "-f", "image2pipe", "-c:v", "mjpeg", "pipe:1",
        ];
        return RunAsync(arguments, [canvas.Pixels], canvas.Pixels.Length, cancellationToken);
    }

    private async Task<ReadOnlyMemory<byte>> RunAsync(
        string[] arguments, IReadOnlyList<ReadOnlyMemory<byte>> input, int maxOutputBytes, CancellationToken cancellationToken)
    {
        var result = await _ffmpeg.RunAsync(arguments, input, maxOutputBytes, cancellationToken);
        if (result.TimedOut)
            throw new MediaException(MediaErrorKind.LimitExceeded, $"Making the sheet took longer than {_options.DecodeTimeout}.");
        return result.ExitCode == 0
            ? result.Output
            : throw new MediaException(MediaErrorKind.DecodeFailed, "The pictures can't be put together.");
    }

    private string[] Limits() =>
    [
        "-hide_banner", "-nostats", "-v", "error", "-threads", "1", "-max_alloc", "268435456", "-protocol_whitelist", "pipe",
        "-max_pixels", _options.MaxPicturePixels.ToString(CultureInfo.InvariantCulture),
    ];

    private static int SizeOf(SheetLayout layout) => layout.CellWidth * layout.CellHeight * Canvas.PixelBytes;
}
