namespace EventTorrent.Api.Links;

/// <summary>A torrent in the shape that preview bots read.</summary>
/// <param name="Error">One sentence for a person; empty when all is well.</param>
/// <param name="Type">FILE, FOLDER or, until the metadata is known, UNKNOWN.</param>
/// <param name="FileType">video, archive or unknown.</param>
/// <param name="Name">Untrusted text.</param>
/// <param name="Size">Bytes of all files; 0 until it is known.</param>
/// <param name="Count">Number of files, of which at most 2,000 are counted; 0 until it is known.</param>
internal sealed record LinkView(
    string Error, string Type, string FileType, string Name, long Size, int Count, IReadOnlyList<LinkScreenshotView> Screenshots)
{
    public static LinkView Refused(string error) => new(error, "UNKNOWN", "unknown", "", 0, 0, []);
}
