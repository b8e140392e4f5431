namespace EventTorrent.Deploy.Tests;

/// <summary>A stage of deploy/Dockerfile.</summary>
/// <param name="Source">The image, or the stage, that it stands on.</param>
/// <param name="Own">Its instructions, a line each.</param>
/// <param name="Parent">The stage that it stands on; null for an image of somebody else's.</param>
internal sealed record ImageStage(string Source, List<string> Own, ImageStage? Parent)
{
    public IEnumerable<string> All => (Parent?.All ?? []).Concat(Own);

    /// <summary>What follows an instruction of that name, from first to last.</summary>
    public IEnumerable<string> Arguments(string instruction) =>
        All.Where(line => line.StartsWith(instruction + " ", StringComparison.Ordinal)).Select(line => line[(instruction.Length + 1)..]);
}
