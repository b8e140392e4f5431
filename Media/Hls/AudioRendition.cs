namespace EventTorrent.Media.Hls;

/// <summary>One audio track.</summary>
/// <param name="Name">Begins the names of its files.</param>
/// <param name="Stream">Index of the stream in the source.</param>
/// <param name="Reason">Why it is encoded; <see cref="EncodeReason.None"/> when it is copied.</param>
/// <param name="Channels">Of the result: 1 or 2.</param>
/// <param name="SampleRate">Of the result.</param>
/// <param name="Profile">MPEG-4 audio object type (ISO/IEC 14496-3 1.5.1): 2, 5 or 29.</param>
/// <param name="Language">A tag of RFC 5646, or null.</param>
/// <param name="Title">For people, unique among the audio tracks.</param>
public sealed record AudioRendition(
    string Name, int Stream, EncodeReason Reason, int Channels, int SampleRate, int Profile, string? Language, string Title, bool IsDefault)
{
    public bool IsCopied => Reason == EncodeReason.None;
}
