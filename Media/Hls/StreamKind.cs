namespace EventTorrent.Media.Hls;

/// <summary>What a stream of a file holds.</summary>
internal enum StreamKind
{
    /// <summary>Data, attachments and what ffmpeg does not know.</summary>
    Other,
    Video,
    Audio,
    Subtitle,
}
