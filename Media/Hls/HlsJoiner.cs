using System.Text;

namespace EventTorrent.Media.Hls;

/// <summary>
/// Puts the items of a plan together. Whoever does it may be killed and may not be alone: files are moved one by one, what
/// another has moved is where it should be, and one rename makes the stream visible, whole.
/// </summary>
internal sealed class HlsJoiner(HlsPlan plan, HlsFolder folder)
{
    public async Task<bool> TryFinishAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (!folder.IsFinished)
            {
                if (!Enumerable.Range(0, plan.ItemCount).All(folder.HasPart))
                    return false;

                Directory.CreateDirectory(folder.Whole);
                await WriteAsync(cancellationToken);
                Directory.CreateDirectory(Path.GetDirectoryName(folder.Final)!);
                HlsFolder.TryMove(folder.Whole, folder.Final);
            }
        }
        catch (Exception e) when (e is IOException or MediaException && folder.IsFinished)
        {
            // Another was faster, and has taken away what we were about to use.
        }

        HlsFolder.Remove(folder.Work);
        return true;
    }

    private async Task WriteAsync(CancellationToken cancellationToken)
    {
        var video = new List<(VideoRendition, MediaPlaylist, string)>();
        foreach (var rendition in plan.Video)
        {
            var playlist = rendition.IsCopied ? Gather(0, rendition.Name) ?? new([]) : GatherChunks(rendition);
            var codec = await FirstAsync(playlist, head => CodecNames.Video(head.Span), head => HeaderCodec.Read(head), cancellationToken)
                ?? throw new MediaException(MediaErrorKind.DecodeFailed, "Not one picture of the video came out.");
            video.Add((rendition, playlist, codec));
            await WriteAsync(rendition.Name + ".m3u8", playlist.Write(isIndependent: !rendition.IsCopied), cancellationToken);
        }

        var audio = new List<(AudioRendition, MediaPlaylist, string)>();
        foreach (var track in plan.Audio)
        {
            // A track without any sound, or that begins behind the end of all, is none.
            if (Gather(0, track.Name) is not { } playlist
                || await FirstAsync(playlist, head => CodecNames.Audio(head.Span, track.Profile), head => HeaderCodec.Read(head, track.Profile), cancellationToken) is not { } codec)
            {
                continue;
            }

            audio.Add((track, playlist, codec));
            await WriteAsync(track.Name + ".m3u8", playlist.Write(isIndependent: true), cancellationToken);
        }

        var length = video.Max(rendition => rendition.Item2.Seconds);
        var subtitles = new List<SubtitleRendition>();
        foreach (var subtitle in plan.Subtitles.Where(subtitle => Take(0, subtitle.Name + ".vtt")))
        {
            subtitles.Add(subtitle);
            await WriteAsync(subtitle.Name + ".m3u8", WriteSubtitles(subtitle, length), cancellationToken);
        }

        await WriteThumbnailsAsync(TimeSpan.FromSeconds(length), cancellationToken);
        await WriteAsync(HlsFolder.Master, MasterPlaylist.Write(video, WithOneDefault(audio), subtitles, plan.HighDynamicRange), cancellationToken);
    }

    /// <summary>One file for all of a film, with a list that says so.</summary>
    private static string WriteSubtitles(SubtitleRendition subtitle, double seconds) =>
        new MediaPlaylist([new MediaSegment(subtitle.Name + ".vtt", seconds, 0)]).Write(isIndependent: false);

    private static List<(AudioRendition, MediaPlaylist, string)> WithOneDefault(List<(AudioRendition Rendition, MediaPlaylist Playlist, string Codec)> audio) =>
        audio.Exists(track => track.Rendition.IsDefault)
            ? audio
            : audio.ConvertAll(track => (track.Rendition with { IsDefault = track == audio[0] }, track.Playlist, track.Codec));

    private async Task WriteThumbnailsAsync(TimeSpan length, CancellationToken cancellationToken)
    {
        var sheets = 0;
        while (plan.ThumbnailHeight > 0 && Take(0, Thumbnails.SheetName(sheets)))
            sheets++;
        if (sheets > 0)
            await WriteAsync(Thumbnails.File, Thumbnails.Describe(length, plan.ThumbnailHeight, sheets), cancellationToken);
    }

    private MediaPlaylist GatherChunks(VideoRendition rendition)
    {
        var parts = new List<MediaPlaylist>();
        for (var chunk = 0; chunk < plan.ChunkCount; chunk++)
        {
            if (Gather(1 + chunk, HlsArguments.SegmentName(rendition.Name, chunk), parts.Count > 0 ? parts[0].Segments[0].Map : null) is { } part)
                parts.Add(part);
        }

        return MediaPlaylist.Join(parts);
    }

    /// <param name="map">The header of earlier chunks. One that is alike is not named again: some players expect one only.</param>
    /// <returns>Null when the item has nothing of it: a chunk of a video that ends before its sound.</returns>
    private MediaPlaylist? Gather(int item, string name, string? map = null)
    {
        var list = Path.Join(folder.Part(item), name + ".m3u8");
        if (!File.Exists(list))
            return null;

        var playlist = MediaPlaylist.TryParse(
            File.ReadAllText(list), segment => Take(item, segment) ? new FileInfo(Path.Join(folder.Whole, segment)).Length : 0);
        if (playlist is not { Segments.Count: > 0 })
            return null;
        if (playlist.Segments[0].Map is not { } own)
            return playlist;
        if (map is not null && File.ReadAllBytes(Path.Join(folder.Part(item), own)).SequenceEqual(File.ReadAllBytes(Path.Join(folder.Whole, map))))
            return new([.. playlist.Segments.Select(segment => segment with { Map = map })]);

        return Take(item, own) ? playlist : null;
    }

    /// <summary>Moves a file to where it will be found.</summary>
    /// <returns>Whether it is there.</returns>
    private bool Take(int item, string name)
    {
        var target = Path.Join(folder.Whole, name);
        try
        {
            if (!File.Exists(target))
                File.Move(Path.Join(folder.Part(item), name), target, overwrite: true);
            return true;
        }
        catch (FileNotFoundException)
        {
            return File.Exists(target);
        }
    }

    /// <summary>Asks the first segment of a transport stream, or the header of fragments.</summary>
    private async Task<string?> FirstAsync(
        MediaPlaylist playlist, Func<ReadOnlyMemory<byte>, string?> ofStream, Func<ReadOnlyMemory<byte>, string?> ofHeader, CancellationToken cancellationToken)
    {
        if (playlist.Segments.Count == 0)
            return null;

        var map = playlist.Segments[0].Map;
        using var file = new FileByteSource(Path.Join(folder.Whole, map ?? playlist.Segments[0].Name));
        var parts = await file.ReadAsync([new(0, (int)Math.Min(file.Length, CodecNames.HeadBytes))], cancellationToken);
        return map is null ? ofStream(parts[0]) : ofHeader(parts[0]);
    }

    /// <summary>Two who write at once write the same.</summary>
    private async Task WriteAsync(string name, string text, CancellationToken cancellationToken)
    {
        var path = Path.Join(folder.Whole, name);
        var unfinished = Path.Join(folder.Work, $"{name}.{Guid.NewGuid():n}");
        await File.WriteAllBytesAsync(unfinished, Encoding.UTF8.GetBytes(text), cancellationToken);
        File.Move(unfinished, path, overwrite: true);
    }
}
