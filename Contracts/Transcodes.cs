namespace EventTorrent.Contracts;

/// <summary>
/// Make HLS of one downloaded video, or of a part of it. Sent by the Dispatcher to the workers of the volume that has the
/// file (<see cref="StoredFiles"/>); one of them receives it. Each video has one item of its own, which looks at the file
/// and does all of it, or cuts it in parts (<see cref="StepYielded"/>) and joins them when they are done.
/// </summary>
/// <param name="Item">Work item within the step.</param>
/// <param name="Lease">Rises by one at each issue; reports under an older one are ignored.</param>
/// <param name="Volume">Where the file lies and the result goes.</param>
/// <param name="FileIndex">The video.</param>
/// <param name="Path">Its path as the torrent says it: untrusted text; its extension names the stored file.</param>
/// <param name="Subtitles">Text subtitles that belong to the video and lie beside it.</param>
/// <param name="Part">The part to do, from 0; null for the item of the whole video.</param>
/// <param name="Parts">How many parts there are; null before the video was cut. For the item of the whole video: all are done, join them.</param>
/// <param name="Plan">For a part: the resume data of the item of the whole video, which says what the part is.</param>
/// <param name="ResumeData">What an earlier attempt on this item saved, at most 256 KiB, or null.</param>
public sealed record TranscodeVideo(
    Guid TaskId,
    string Infohash,
    int Item,
    int Lease,
    string Volume,
    int FileIndex,
    string Path,
    IReadOnlyList<TorrentFile> Subtitles,
    int? Part,
    int? Parts,
    byte[]? Plan,
    byte[]? ResumeData);

/// <summary>One stream of a video file, as the worker that looked at the file read it. Null is what the file does not say.</summary>
/// <param name="Kind">video, audio or subtitle.</param>
/// <param name="Codec">As ffmpeg names it.</param>
/// <param name="Width">Pixels as they are stored.</param>
/// <param name="BitDepth">Of each component of a pixel.</param>
/// <param name="DynamicRange">pq (SMPTE ST 2084) or hlg (ARIB STD-B67) of what is brighter than a usual screen; null else.</param>
/// <param name="Language">A tag of RFC 5646.</param>
public sealed record MediaStream(
    string Kind,
    string? Codec,
    int? Width,
    int? Height,
    double? FramesPerSecond,
    int? BitDepth,
    string? DynamicRange,
    int? Channels,
    int? SampleRate,
    long? BitsPerSecond,
    string? Language);
