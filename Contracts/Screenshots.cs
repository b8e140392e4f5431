namespace EventTorrent.Contracts;

/// <summary>
/// Take the screenshots of one file of a torrent, or fetch its metadata alone. Sent by the Dispatcher; one worker receives it.
/// </summary>
/// <param name="Item">Work item within the step. Item 0 also fetches the metadata, and works on the first selected file.</param>
/// <param name="Lease">Rises by one at each issue; reports under an older one are ignored.</param>
/// <param name="FileIndex">The file, or null for item 0 before the metadata is known.</param>
/// <param name="Files">File indexes that were asked for; empty for the default choice (<see cref="VideoFiles"/>).</param>
/// <param name="Shots">Pictures wanted of the file, 1 to 60; 0: the metadata is all that is wanted, and <see cref="MetadataFetched"/> the last report.</param>
/// <param name="Done">Indexes of pictures that are stored already.</param>
/// <param name="Verification">A <see cref="Contracts.Verification"/> by name.</param>
/// <param name="Info">The bencoded info dictionary when it is known and at most 512 KiB, else null.</param>
/// <param name="Trackers">Announce addresses.</param>
/// <param name="Peers">"ip:port" of peers that are known to serve.</param>
/// <param name="ResumeData">What an earlier attempt saved, at most 256 KiB, or null.</param>
public sealed record TakeScreenshots(
    Guid TaskId,
    string Infohash,
    int Item,
    int Lease,
    int? FileIndex,
    IReadOnlyList<int> Files,
    int Shots,
    IReadOnlyList<int> Done,
    string Verification,
    byte[]? Info,
    IReadOnlyList<string> Trackers,
    IReadOnlyList<string> Peers,
    byte[]? ResumeData);

/// <summary>Keep one picture. Sent by a worker to the screenshot store as soon as the picture is decoded.</summary>
/// <param name="Index">Position among the shots of the file, 0 to 59, in the order of time.</param>
/// <param name="WantedAt">The evenly spaced position that was aimed at.</param>
/// <param name="TakenAt">Presentation time of the keyframe.</param>
/// <param name="Verified">The picture was made of hash-checked bytes only.</param>
/// <param name="Jpeg">At most 512 KiB.</param>
public sealed record StoreScreenshot(
    Guid TaskId,
    string Infohash,
    int Item,
    int Lease,
    int FileIndex,
    int Index,
    TimeSpan WantedAt,
    TimeSpan TakenAt,
    int Width,
    int Height,
    bool Verified,
    byte[] Jpeg);

/// <summary>One picture is in its place. Published by the screenshot store.</summary>
/// <param name="LengthBytes">Size of the JPEG file.</param>
public sealed record ScreenshotStored(
    Guid TaskId,
    string Infohash,
    int Item,
    int Lease,
    int FileIndex,
    int Index,
    TimeSpan WantedAt,
    TimeSpan TakenAt,
    int Width,
    int Height,
    bool Verified,
    int LengthBytes);
