using EventTorrent.Contracts;
using EventTorrent.Media;

namespace EventTorrent.Workers.Transcode;

/// <summary>The names of the library's failures in the words of the API.</summary>
internal static class FailureMapping
{
    public static FailureKind ToFailureKind(this MediaErrorKind kind) => kind switch
    {
        MediaErrorKind.NotAVideo => FailureKind.NotAVideo,
        MediaErrorKind.IndexNotFound => FailureKind.IndexNotFound,
        MediaErrorKind.IndexMalformed => FailureKind.IndexMalformed,
        MediaErrorKind.LimitExceeded => FailureKind.LimitExceeded,
        MediaErrorKind.DecodeFailed => FailureKind.DecodeFailed,
        MediaErrorKind.Encrypted => FailureKind.Encrypted,
        MediaErrorKind.PackedArchive => FailureKind.PackedArchive,
        MediaErrorKind.NoSpace => FailureKind.DiskFull,
        _ => FailureKind.InternalError,
    };
}
