using EventTorrent.Contracts;
using EventTorrent.Media;
using EventTorrent.Torrents;

namespace EventTorrent.Workers.Screenshot;

/// <summary>The names of the libraries' failures in the words of the API.</summary>
public static class FailureMapping
{
    public static FailureKind ToFailureKind(this TorrentErrorKind kind) => kind switch
    {
        TorrentErrorKind.MalformedSource or TorrentErrorKind.LimitExceeded => FailureKind.MetadataRefused,
        TorrentErrorKind.MetadataTimeout => FailureKind.MetadataTimeout,
        TorrentErrorKind.PieceTimeout => FailureKind.PieceTimeout,
        TorrentErrorKind.OutOfMemoryBudget => FailureKind.NoSpace,
        _ => FailureKind.InternalError,
    };

    public static FailureKind ToFailureKind(this MediaErrorKind kind) => kind switch
    {
        MediaErrorKind.NotAVideo => FailureKind.NotAVideo,
        MediaErrorKind.IndexNotFound => FailureKind.IndexNotFound,
        MediaErrorKind.IndexMalformed => FailureKind.IndexMalformed,
        MediaErrorKind.LimitExceeded => FailureKind.LimitExceeded,
        MediaErrorKind.DecodeFailed => FailureKind.DecodeFailed,
        MediaErrorKind.Encrypted => FailureKind.Encrypted,
        MediaErrorKind.PackedArchive => FailureKind.PackedArchive,
        MediaErrorKind.NoSpace => FailureKind.NoSpace,
        _ => FailureKind.InternalError,
    };
}
