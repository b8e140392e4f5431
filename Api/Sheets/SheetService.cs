using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using EventTorrent.Api.Pictures;
using EventTorrent.Contracts;
using EventTorrent.Media.Sheets;
using EventTorrent.Storage;
using EventTorrent.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace EventTorrent.Api.Sheets;

/// <summary>Sheets of the pictures that are stored now, made when they are first asked for.</summary>
internal sealed class SheetService(TorrentDb db, PictureStore pictures, SheetStore sheets, SheetMaker maker)
{
    /// <summary>Changes with whatever changes how a sheet looks.</summary>
    private const int Version = 1;

    private const int SpriteColumns = 5;
    private const int SpriteCellWidth = 160;
    private const int SheetGap = 4;

    /// <summary>The pictures of one file in the order of time, with their times on them.</summary>
    /// <returns>The sheet; null when there are no pictures.</returns>
    /// <exception cref="SheetsBusyException">Too many are being made.</exception>
    public async Task<Sheet?> ContactSheetAsync(Infohash infohash, SheetQuery query, CancellationToken cancellationToken)
    {
        var file = query.File ?? await FirstFileAsync(infohash, cancellationToken);
        var stored = file is null ? [] : await PicturesAsync(infohash, file.Value, cancellationToken);
        if (stored.Count == 0)
        {
            return null;
        }

        var layout = SheetLayout.For(stored[0].Row.Width, stored[0].Row.Height, query.Columns, query.CellWidth, stored.Count, SheetGap);
        return await GetAsync(infohash, file!.Value, layout, stored, (index, _) => index, row => Clock(row.TakenAt), cancellationToken);
    }

    /// <summary>
    /// The pictures of one file for a seek bar. The place of a picture is that of its index, so that what is known of a sprite
    /// stays true of the next one, which has more pictures.
    /// </summary>
    /// <returns>The sprite and its thumbnails; null when there are no pictures.</returns>
    /// <exception cref="SheetsBusyException">Too many are being made.</exception>
    public async Task<(Sheet Sprite, string Thumbnails)?> SpriteAsync(Infohash infohash, int file, CancellationToken cancellationToken)
    {
        var stored = await PicturesAsync(infohash, file, cancellationToken);
        if (stored.Count == 0)
        {
            return null;
        }

        var cells = stored[^1].Row.Index + 1;
        var layout = SheetLayout.For(stored[0].Row.Width, stored[0].Row.Height, SpriteColumns, SpriteCellWidth, Math.Max(cells, SpriteColumns), gap: 0);
        var sprite = await GetAsync(infohash, file, layout, stored, (_, row) => row.Index, _ => null, cancellationToken);
        var taskId = infohash.ToTaskId();
        var duration = await db.WorkItems
            .Where(item => item.TaskId == taskId && item.Step == Step.Screenshots && item.FileIndex == file)
            .Select(item => item.Duration).FirstOrDefaultAsync(cancellationToken);
        return (sprite, SeekBar.Write([.. stored.Select(picture => (picture.Row.TakenAt, layout.PlaceOf(picture.Row.Index)))], layout, duration, $"sprite.jpg?v={sprite.Key}"));
    }

    private async Task<Sheet> GetAsync(
        Infohash infohash, int file, SheetLayout layout, IReadOnlyList<Stored> stored,
        Func<int, StoredScreenshot, int> cellOf, Func<StoredScreenshot, string?> labelOf, CancellationToken cancellationToken)
    {
        var key = KeyOf(layout, stored, labelOf);
        var path = await sheets.GetAsync(infohash, file, key, MakeAsync, cancellationToken) ?? throw new SheetsBusyException();
        return new Sheet(path, key);

        // Touches nothing of the request's: it may go on after it.
        async Task<ReadOnlyMemory<byte>> MakeAsync()
        {
            var tiles = new List<SheetTile>();
            foreach (var (index, (row, picture)) in stored.Index())
            {
                tiles.Add(new SheetTile(cellOf(index, row), await File.ReadAllBytesAsync(picture.Path, CancellationToken.None), labelOf(row)));
            }

            return await maker.MakeAsync(layout, tiles, CancellationToken.None);
        }
    }

    private Task<int?> FirstFileAsync(Infohash infohash, CancellationToken cancellationToken)
    {
        var taskId = infohash.ToTaskId();
        return db.Screenshots.Where(row => row.TaskId == taskId).MinAsync(row => (int?)row.FileIndex, cancellationToken);
    }

    private async Task<IReadOnlyList<Stored>> PicturesAsync(Infohash infohash, int file, CancellationToken cancellationToken)
    {
        var taskId = infohash.ToTaskId();
        var rows = await db.Screenshots.AsNoTracking().Where(row => row.TaskId == taskId && row.FileIndex == file)
            .OrderBy(row => row.Index).Take(Limits.MaxShots).ToListAsync(cancellationToken);
        return
        [
            .. rows.Select(row => (Row: row, Picture: pictures.Find(infohash, new PicturePlace(row.FileIndex, row.Index))))
                .Where(found => found.Picture is not null)
                .Select(found => new Stored(found.Row, found.Picture!)),
        ];
    }

    /// <summary>The same for the same pictures, times and layout: a picture's tag changes with its content.</summary>
    private static string KeyOf(SheetLayout layout, IReadOnlyList<Stored> stored, Func<StoredScreenshot, string?> labelOf)
    {
        var text = new StringBuilder().AppendLine(CultureInfo.InvariantCulture, $"{Version} {layout}");
        foreach (var (row, picture) in stored)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"{row.Index} {picture.EntityTag.Tag} {labelOf(row)}");
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())).AsSpan(0, 16));
    }

    private static string Clock(TimeSpan time)
    {
        var at = time > TimeSpan.Zero ? time : TimeSpan.Zero;
        return at.TotalHours >= 1
            ? string.Create(CultureInfo.InvariantCulture, $"{(int)at.TotalHours}:{at.Minutes:00}:{at.Seconds:00}")
            : string.Create(CultureInfo.InvariantCulture, $"{at.Minutes}:{at.Seconds:00}");
    }

    private sealed record Stored(StoredScreenshot Row, Picture Picture);
}
