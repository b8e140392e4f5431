using System.Text;

namespace EventTorrent.Media.Decoding;

/// <summary>Asks once whether ffmpeg has the filters that map HDR to the brightness of a screen; not every build has them.</summary>
internal sealed class ToneMapping(Ffmpeg ffmpeg)
{
    private const int MaxListBytes = 4 * 1024 * 1024;

    private Task<bool>? _isThere;

    public Task<bool> IsThereAsync(CancellationToken cancellationToken)
    {
        // Two may ask at once; both learn the same.
        if (_isThere is null or { IsFaulted: true } or { IsCanceled: true })
            _isThere = AskAsync();
        return _isThere.WaitAsync(cancellationToken);
    }

    /// <summary>Under no caller's token: what one job gives up, another waits for.</summary>
    private async Task<bool> AskAsync()
    {
        var result = await ffmpeg.RunAsync(["-hide_banner", "-v", "error", "-filters"], [], MaxListBytes, CancellationToken.None);
        var filters = Encoding.ASCII.GetString(result.Output.Span);
        return filters.Contains(" zscale ", StringComparison.Ordinal) && filters.Contains(" tonemap ", StringComparison.Ordinal);
    }
}
