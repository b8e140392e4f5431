namespace EventTorrent.Contracts;

/// <summary>Sizes that every part agrees on.</summary>
public static class Limits
{
    /// <summary>Pictures of one file.</summary>
    public const int MaxShots = 60;

    /// <summary>Resume data of one work item.</summary>
    public const int ResumeDataBytes = 256 * 1024;

    /// <summary>One picture.</summary>
    public const int PictureBytes = 512 * 1024;

    /// <summary>An info dictionary that travels in a message; a larger one is fetched from the swarm again.</summary>
    public const int InfoInMessageBytes = 512 * 1024;

    /// <summary>Files that <see cref="MetadataFetched"/> lists.</summary>
    public const int FilesInMessage = 2000;

    /// <summary>Streams of one file that a report describes.</summary>
    public const int StreamsInMessage = 32;

    /// <summary>Connected peers that a report describes.</summary>
    public const int SwarmPeersInMessage = 50;

    /// <summary>Trackers that a report describes.</summary>
    public const int TrackersInMessage = 20;

    /// <summary>Parts of a map of what was fetched.</summary>
    public const int MapParts = 256;

    /// <summary>Peers that a report hands on.</summary>
    public const int PeersInMessage = 16;
}
