namespace EventTorrent.Contracts;

/// <summary>
/// A stream that nobody has watched for long, or whose room is needed, is to go, with the files that it was made of; pictures
/// stay. Sent by the Reaper to the state machine; a lost one is sent again, a second one changes nothing.
/// </summary>
public sealed record ExpireStream(Guid TaskId, string Infohash);

/// <summary>
/// What a volume has directories of. Published by its download workers soon after their start and every hour, in parts, and when
/// they are asked about one (<see cref="PurgeData"/>): what belongs to no task any more is answered by <see cref="PurgeData"/>.
/// </summary>
/// <param name="Infohashes">At most 500.</param>
/// <param name="Marks">The mark of each directory, in the same order; null from older versions.</param>
public sealed record VolumeListed(string Volume, IReadOnlyList<string> Infohashes, IReadOnlyList<string>? Marks);
