using System.Text.RegularExpressions;
using EventTorrent.Media.Decoding;

namespace EventTorrent.Media.Paging;

/// <summary>
/// Lets ffmpeg say what a file is from its first bytes alone, without network and without opening it: only when the answer is a kind
/// that leads nowhere else is ffmpeg given the file, and told that kind.
/// </summary>
internal sealed partial class FormatProbe(Ffmpeg ffmpeg)
{
    private const int MaxOutputBytes = 1024;

    /// <returns>The demuxer's name; null when none of those that are allowed takes it.</returns>
    /// <exception cref="MediaException"><see cref="MediaErrorKind.ToolMissing"/>; <see cref="MediaErrorKind.LimitExceeded"/> when it does not end.</exception>
    public async Task<string?> FindAsync(ReadOnlyMemory<byte> head, CancellationToken cancellationToken)
    {
        string[] arguments =
        [
            "-hide_banner", "-nostats", "-v", "debug", "-protocol_whitelist", "pipe", "-max_alloc", "268435456", "-max_streams", "64",
            // The choice is told before it is checked; with this list, nothing is opened.
            "-format_whitelist", "none",
            "-i", "pipe:0", "-f", "null", "-",
        ];
        var result = await ffmpeg.RunAsync(arguments, [head], MaxOutputBytes, cancellationToken);
        if (result.TimedOut)
            throw new MediaException(MediaErrorKind.LimitExceeded, "ffmpeg does not come to an end about what kind of file it is.");
        return Choice().Match(result.Errors) is { Success: true } match && PagedFormats.Contains(match.Groups[1].Value) ? match.Groups[1].Value : null;
    }

    [GeneratedRegex(@"^\[[^\]\n]*@ 0x[0-9a-f]+\] Format ([a-z0-9_,]+) (probed with|detected only with low score)", RegexOptions.Multiline)]
    private static partial Regex Choice();
}
