using System.Globalization;
using System.Text.Json;

namespace EventTorrent.AllInOne.Shots;

/// <summary>What <c>shots</c> prints at the end.</summary>
/// <param name="BytesNeeded">Bytes of the index and the chosen keyframes.</param>
/// <param name="BlocksNeededBytes">Bytes of the 16 KiB blocks that hold them: what can't be undercut.</param>
/// <param name="BytesFetched">Payload from the swarm, or bytes read of a local file.</param>
/// <param name="Rounds">Dependent round trips after the metadata.</param>
/// <param name="Infohash">Of the torrent, or null for a local file.</param>
/// <param name="File">The file as the torrent or the command line names it: untrusted text.</param>
internal sealed record ShotsReport(
    string Container,
    string Codec,
    double Duration,
    long BytesNeeded,
    long BlocksNeededBytes,
    long BytesFetched,
    long MetadataBytes,
    int Rounds,
    long TimeToFirstShotMs,
    bool Verified,
    IReadOnlyCollection<ShotsReport.Shot> Shots,
    string? Infohash,
    string? File)
{
    private static readonly JsonSerializerOptions Format = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
    };

    public void Write(TextWriter output, bool json)
    {
        if (json)
        {
            output.WriteLine(ToJson());
            return;
        }

        foreach (var shot in Shots)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{shot.KeyframeTimeS,9:0.000} s  {shot.Width}x{shot.Height}  {shot.Path}"));
        }

        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{Shots.Count} pictures of a video of {Duration:0} s ({Container}, {Codec}), the first after {TimeToFirstShotMs / 1000.0:0.0} s."));
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{BytesFetched:N0} bytes {(Infohash is null ? "read" : "fetched")}, in {Rounds} round trips; {BlocksNeededBytes:N0} hold the index and the keyframes, so no fewer would do."));
        output.WriteLine(Verified
            ? "Verified: made of checked bytes only."
            : "Unverified: a peer could have sent other pictures. --verification Pieces checks them, at many times the bytes.");
    }

    public string ToJson() => JsonSerializer.Serialize(this, Format);

    /// <param name="TimeS">Position that was aimed at, in seconds.</param>
    /// <param name="KeyframeTimeS">Position of the picture, in seconds.</param>
    /// <param name="File">Index of the file in the torrent.</param>
    /// <param name="Verified">Made of hash-checked bytes only.</param>
    internal sealed record Shot(
        int Index, double TimeS, double KeyframeTimeS, int Width, int Height, string Path, int File, bool Verified, int SizeBytes, string Sha256);
}
