using EventTorrent.Contracts;
using EventTorrent.Torrents;

namespace EventTorrent.Workers.Download;

/// <summary>The names of the library's failures in the words of the API.</summary>
internal static class FailureMapping
{
    public static FailureKind ToFailureKind(this TorrentErrorKind kind) => kind switch
    {
        TorrentErrorKind.MalformedSource or TorrentErrorKind.LimitExceeded => FailureKind.MetadataRefused,
        TorrentErrorKind.MetadataTimeout => FailureKind.MetadataTimeout,
        TorrentErrorKind.PieceTimeout => FailureKind.PieceTimeout,
        TorrentErrorKind.DiskFull => FailureKind.DiskFull,
        _ => FailureKind.InternalError,
    };
}
