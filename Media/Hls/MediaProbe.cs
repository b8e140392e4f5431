using System.Globalization;
using System.Text;
using EventTorrent.Media.Containers;
using EventTorrent.Media.Decoding;

namespace EventTorrent.Media.Hls;

/// <summary>Asks ffprobe about a file, as carefully as ffmpeg is asked: our own sniff names the demuxer, in the jail, within limits.</summary>
internal sealed class MediaProbe(MediaOptions options, Ffmpeg ffmpeg)
{
    private const int MaxAnswerBytes = 4 * 1024 * 1024;
    private const int SampleSeconds = 120;

    private const string Asked =
        "format=start_time,duration"
        + ":stream=index,codec_type,codec_name,profile,level,codec_tag_string,width,height,sample_aspect_ratio,pix_fmt,field_order,color_transfer"
        + ",avg_frame_rate,r_frame_rate,channels,sample_rate,bit_rate"
        + ":stream_tags=language,title,BPS:stream_disposition=default,forced,attached_pic:stream_side_data=rotation";

    private readonly Lock _lock = new();
    private Task<IReadOnlySet<string>>? _decodable;

    /// <exception cref="MediaException">Named cause.</exception>
    public async Task<SourceFacts> ReadAsync(string path, CancellationToken cancellationToken)
    {
        using var file = new FileByteSource(path);
        var (container, demuxer) = await SniffAsync(file, cancellationToken);
        await RefuseEncryptedAsync(container, file, cancellationToken);
        var answer = await AskAsync(path, demuxer, ["-show_entries", Asked, "-of", "json"], cancellationToken);
        return ProbeReader.TryParse(answer, container, demuxer, file.Length)
            ?? throw new MediaException(MediaErrorKind.IndexMalformed, $"The {container} file can't be read.");
    }

    /// <summary>Looks at the packets of the first minutes.</summary>
    public async Task<FrameSample> SampleAsync(string path, SourceFacts facts, int stream, CancellationToken cancellationToken)
    {
        var answer = await AskAsync(
            path,
            facts.Demuxer,
            [
                "-select_streams", stream.ToString(CultureInfo.InvariantCulture), "-read_intervals", $"%+{SampleSeconds}",
                "-show_entries", "packet=pts_time,flags", "-of", "csv=p=0",
            ],
            cancellationToken);
        return ReadSample(Encoding.ASCII.GetString(answer.Span));
    }

    /// <summary>The codecs that ffmpeg decodes, asked once.</summary>
    public Task<IReadOnlySet<string>> DecodableAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            // Under no caller's token: what one job gives up, another waits for.
            if (_decodable is null or { IsFaulted: true } or { IsCanceled: true })
                _decodable = ListDecodableAsync();
            return _decodable.WaitAsync(cancellationToken);
        }
    }

    internal static FrameSample ReadSample(string packets)
    {
        var (frames, hasTimes) = (0, true);
        double? keyframe = null, last = null;
        var longest = 0.0;
        foreach (var line in packets.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var cells = line.Split(',');
            if (cells.Length < 2)
                continue;

            frames++;
            if (!double.TryParse(cells[0], NumberStyles.Float, CultureInfo.InvariantCulture, out var time))
            {
                hasTimes = false;
                continue;
            }

            last = Math.Max(last ?? time, time);
            if (!cells[1].StartsWith('K'))
                continue;

            longest = Math.Max(longest, time - (keyframe ?? time));
            keyframe = time;
        }

        longest = Math.Max(longest, last - keyframe ?? 0);
        return new(frames, hasTimes, TimeSpan.FromSeconds(Math.Min(longest, ProbeReader.MaxDuration.TotalSeconds)));
    }

    private static async Task<(string Container, string Demuxer)> SniffAsync(FileByteSource file, CancellationToken cancellationToken)
    {
        var parts = await file.ReadAsync([new(0, (int)Math.Min(file.Length, ContainerSniffer.HeadBytes))], cancellationToken);
        var head = parts[0].Span;
        if (ArchiveSniffer.Sniff(head) is { } archive)
            throw new MediaException(MediaErrorKind.PackedArchive, $"The file is an archive ({archive}), not a video.");

        var container = ContainerSniffer.Sniff(head)
            ?? throw new MediaException(MediaErrorKind.NotAVideo, "The file does not begin like any video container that we know.");
        return (container, DemuxerOf(container));
    }

    internal static string ContainerOf(string demuxer) => demuxer switch
    {
        "mov" => ContainerSniffer.Mp4,
        "mpegts" => ContainerSniffer.Ts,
        "mpeg" => ContainerSniffer.Ps,
        "rm" => "realmedia",
        _ => demuxer,
    };

    private static string DemuxerOf(string container) => container switch
    {
        ContainerSniffer.Mp4 => "mov",
        ContainerSniffer.Ts => "mpegts",
        ContainerSniffer.Ps => "mpeg",
        "realmedia" => "rm",
        _ => container,
    };

    /// <summary>ffmpeg makes noise of an encrypted video without a word, so our own reader is asked. What else it does not like, ffmpeg may.</summary>
    private static async Task RefuseEncryptedAsync(string container, FileByteSource file, CancellationToken cancellationToken)
    {
        if (!ContainerReaders.TryFind(container, out var reader))
            return;

        try
        {
            await reader!.ReadIndexAsync(await IndexWindow.OpenAsync(file, cancellationToken), cancellationToken);
        }
        catch (MediaException failure) when (failure.Kind != MediaErrorKind.Encrypted)
        {
            // ffprobe has the last word.
        }
    }

    private async Task<ReadOnlyMemory<byte>> AskAsync(string path, string demuxer, string[] question, CancellationToken cancellationToken)
    {
        var answer = new BoundedBuffer(MaxAnswerBytes);
        var result = await ffmpeg.RunAsync(
            new FileCall
            {
                IsProbe = true,
                Source = path,
                Arguments = paths => ["-hide_banner", "-v", "error", .. InputLimits.Arguments(options, demuxer), .. question, paths.Source],
                Limits = new(options.DecodeTimeout, options.DecodeMemoryMegabytes, FileBytes: 0, CpuTime: options.DecodeTimeout),
                Output = answer.TryAppend,
            },
            cancellationToken);
        if (result.TimedOut)
            throw new MediaException(MediaErrorKind.LimitExceeded, $"Reading the file's streams took longer than {options.DecodeTimeout}.");
        return result.ExitCode == 0
            ? answer.Bytes
            : throw new MediaException(MediaErrorKind.IndexMalformed, "ffmpeg can't read the file.");
    }

    private async Task<IReadOnlySet<string>> ListDecodableAsync()
    {
        var result = await ffmpeg.RunAsync(["-hide_banner", "-v", "error", "-codecs"], [], MaxAnswerBytes, CancellationToken.None);
        // " DEV.LS h264   H.264 / AVC ...": the first letter says that it can be decoded.
        return Encoding.ASCII.GetString(result.Output.Span)
            .Split('\n')
            .Select(line => line.Split(' ', 3, StringSplitOptions.RemoveEmptyEntries))
            .Where(cells => cells.Length >= 2 && cells[0].Length == 6 && cells[0][0] == 'D')
            .Select(cells => cells[1])
            .ToHashSet();
    }
}
