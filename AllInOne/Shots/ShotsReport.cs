using System.Globalization;
using System.Text.Json;

namespace EventTorrent.AllInOne.Shots;

/// <summary>What <c>shots</c> prints at the end.</summary>
/// <param name="BytesNeeded">Bytes of the index and the chosen keyframes.</param>
/// <param name="BlocksNeededBytes">Bytes of the 16 KiB blocks that hold them: what can't be undercut.</param>
/// <param name="BytesFetched">Payload from the swarm, or bytes read of a local file.</param>
/// <param name="Rounds">Dependent round trips after the metadata.</param>
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
    IReadOnlyCollection<ShotsReport.Shot> Shots)
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
            output.WriteLine(JsonSerializer.Serialize(this, Format));
            return;
        }

        foreach (var shot in Shots)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{shot.KeyframeTimeS,9:0.000} s  {shot.Width}x{shot.Height}  {shot.Path}"));
        }

        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{Shots.Count} pictures of a {Container}/{Codec} video of {Duration:0} s: {BytesFetched:N0} bytes fetched, {BlocksNeededBytes:N0} needed, {Rounds} rounds, first picture after {TimeToFirstShotMs} ms, {(Verified ? "verified" : "unverified")}"));
    }

    /// <param name="TimeS">Position that was aimed at, in seconds.</param>
    /// <param name="KeyframeTimeS">Position of the picture, in seconds.</param>
    internal sealed record Shot(int Index, double TimeS, double KeyframeTimeS, int Width, int Height, string Path);
}
