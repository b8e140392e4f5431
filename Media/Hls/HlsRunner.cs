using EventTorrent.Media.Decoding;

namespace EventTorrent.Media.Hls;

/// <summary>
/// Runs ffmpeg on one item, within the limits of the options. Only its exit code says that it is done: told to stop, ffmpeg
/// ends its playlists as if they were whole.
/// </summary>
internal sealed class HlsRunner(HlsOptions options, MediaOptions media, Ffmpeg ffmpeg, TimeProvider time)
{
    private const int MaxQuotedErrors = 2000;

    private readonly ToneMapping _toneMapping = new(ffmpeg);

    /// <returns>What ffmpeg said when it failed; null when it did not.</returns>
    /// <exception cref="MediaException">A limit was reached, or the volume is full.</exception>
    public Task<string?> TryMainAsync(HlsWork work, bool extras, CancellationToken cancellationToken)
    {
        var duration = work.Plan.Duration;
        var frames = work.Plan.Video.Any(rendition => rendition.IsCopied) ? Frames(work.Plan, duration) : null;
        return TryRunAsync(work, duration, frames, arguments => arguments.Main(extras), cancellationToken);
    }

    /// <inheritdoc cref="TryMainAsync" />
    public Task<string?> TryChunkAsync(HlsWork work, int chunk, CancellationToken cancellationToken)
    {
        var duration = work.Plan.Duration / work.Plan.ChunkCount;
        return TryRunAsync(work, duration, Frames(work.Plan, duration), arguments => arguments.Chunk(chunk), cancellationToken);
    }

    private static double? Frames(HlsPlan plan, TimeSpan duration) => plan.Video[0].FramesPerSecond * duration.TotalSeconds;

    private async Task<string?> TryRunAsync(
        HlsWork work, TimeSpan duration, double? frames, Func<HlsArguments, IEnumerable<string>> arguments, CancellationToken cancellationToken)
    {
        var canToneMap = work.Plan.HighDynamicRange is not null && await _toneMapping.IsThereAsync(cancellationToken);
        var maxBytes = options.MaxOutputMegabytes * 1024L * 1024;
        using var stall = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        stall.CancelAfter(options.StallTimeout);
        var watch = new HlsWatch(work.Output, maxBytes, duration, frames, options.StallTimeout, stall, work.Report, time);
        var call = new FileCall
        {
            Source = work.Source,
            OutputDirectory = work.Output,
            Arguments = paths => arguments(new(work.Plan, options, media, paths, canToneMap)),
            Limits = new(options.Timeout, options.MemoryMegabytes, maxBytes, CpuTime: options.Timeout * Environment.ProcessorCount),
            Output = watch.Accept,
        };
        try
        {
            var result = await ffmpeg.RunAsync(call, stall.Token);
            if (result.ExitCode != 0)
                Clear(work.Output);
            return Judge(result, watch);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new MediaException(MediaErrorKind.LimitExceeded, $"ffmpeg made no progress for {options.StallTimeout}.");
        }
    }

    private string? Judge(FfmpegResult result, HlsWatch watch)
    {
        if (watch.HasOverflown)
            throw new MediaException(MediaErrorKind.LimitExceeded, $"The stream has more than {options.MaxOutputMegabytes} MiB.");
        if (result.TimedOut)
            throw new MediaException(MediaErrorKind.LimitExceeded, $"Making the stream took longer than {options.Timeout}.");
        if (result.ExitCode == 0)
            return null;
        if (result.Errors.Contains("No space left on device", StringComparison.Ordinal))
            throw new MediaException(MediaErrorKind.NoSpace, "The volume is full.");
        return result.Errors.Length > MaxQuotedErrors ? result.Errors[..MaxQuotedErrors] : result.Errors;
    }

    /// <summary>The next attempt writes other files, or fewer.</summary>
    private static void Clear(string output)
    {
        foreach (var left in Directory.EnumerateFiles(output))
            File.Delete(left);
    }
}
