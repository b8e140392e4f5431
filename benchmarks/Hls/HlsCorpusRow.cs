using EventTorrent.Media.Hls;

namespace EventTorrent.Benchmarks.Hls;

/// <summary>What became of one file of the corpus.</summary>
internal sealed record HlsCorpusRow
{
    public required string Name { get; init; }

    public string Video { get; init; } = "";

    public string? CopiedCodec { get; init; }

    /// <summary>Sound, subtitles and what was left out.</summary>
    public string Others { get; init; } = "";

    public bool IsMade { get; init; }

    public bool IsRefused { get; init; }

    public bool HasCrashed { get; init; }

    public int FramesIn { get; init; }

    public int FramesOut { get; init; }

    public TimeSpan Elapsed { get; init; }

    public string Cause { get; init; } = "";

    public bool IsWhole => IsMade && FramesIn > 0 && FramesIn == FramesOut;

    public HlsCorpusRow With(HlsPlan plan) => this with
    {
        CopiedCodec = plan.CopiedCodec,
        Video = string.Join(", ", plan.Video.Select(rendition => rendition.IsCopied ? $"{plan.CopiedCodec} copied" : $"encoded ({rendition.Reason})")),
        Others = string.Join(", ",
        [
            .. plan.Audio.Select(track => track.IsCopied ? "sound copied" : "sound encoded"),
            .. plan.Subtitles.Select(_ => "subtitles"),
            .. plan.Skipped.Select(stream => $"no {(stream.Codec.Length > 0 ? stream.Codec : "unknown stream")}"),
        ]),
    };
}
