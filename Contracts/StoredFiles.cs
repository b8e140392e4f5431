namespace EventTorrent.Contracts;

/// <summary>
/// Where the files of a torrent lie on a volume: <c>{volume}/{infohash}/{file index}.{extension}</c>. No name of a torrent
/// is ever part of a path; its extension is taken over when it is one of ours.
/// </summary>
public static class StoredFiles
{
    private const string OtherExtension = ".bin";

    /// <summary>Longest name of a volume.</summary>
    private const int MaxVolumeLength = 32;

    /// <summary>The name of a file on the volume, such as <c>3.mkv</c>.</summary>
    /// <param name="path">As the torrent says it.</param>
    public static string NameOf(int index, string path)
    {
        var extension = VideoFiles.IsVideo(path) || StreamFiles.IsSubtitle(path) ? Path.GetExtension(path).ToLowerInvariant() : OtherExtension;
        return FormattableString.Invariant($"{index}{extension}");
    }

    /// <summary>Whether a text can be the name of a volume: 1 to 32 lower-case letters, digits and '-', not beginning with '-'.</summary>
    public static bool IsVolumeName(string? name) =>
        name is { Length: > 0 and <= MaxVolumeLength } && name[0] != '-'
        && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');
}
