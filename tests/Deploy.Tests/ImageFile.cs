using System.Text.RegularExpressions;

namespace EventTorrent.Deploy.Tests;

/// <summary>deploy/Dockerfile: its stages, each with the instructions of all that it stands on.</summary>
internal static partial class ImageFile
{
    public const string Path = "deploy/Dockerfile";

    public static IReadOnlyDictionary<string, ImageStage> Stages { get; } = Read();

    /// <summary>The project whose program an image of ours runs; "peer" of the node.</summary>
    public static string ProjectOf(string image) =>
        Program().Match(Stages[image].Arguments("ENTRYPOINT").Last()) is { Success: true } program ? program.Groups["project"].Value : OptionKeys.Peer;

    private static Dictionary<string, ImageStage> Read()
    {
        var stages = new Dictionary<string, ImageStage>();
        var text = Continuation().Replace(RepositoryFile.Read(Path), " ");
        foreach (var line in text.Split('\n').Where(line => line.Length > 0 && !line.StartsWith('#')))
        {
            if (From().Match(line) is { Success: true } from)
            {
                var source = from.Groups["source"].Value;
                stages.Add(from.Groups["name"].Value, new ImageStage(source, [], stages.GetValueOrDefault(source)));
            }
            else
            {
                stages.Values.Last().Own.Add(line);
            }
        }

        return stages;
    }

    [GeneratedRegex(@"""EventTorrent\.(?<project>[\w.]+)\.dll""")]
    private static partial Regex Program();

    [GeneratedRegex(@"\\\n\s*")]
    private static partial Regex Continuation();

    [GeneratedRegex(@"^FROM (?<source>\S+) AS (?<name>\S+)$")]
    private static partial Regex From();
}
