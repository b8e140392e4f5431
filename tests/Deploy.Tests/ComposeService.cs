namespace EventTorrent.Deploy.Tests;

/// <summary>A service of compose.yaml.</summary>
internal sealed record ComposeService(string Name, IReadOnlyDictionary<string, object> Node)
{
    private const string OwnPrefix = "eventtorrent/";

    public static IReadOnlyList<ComposeService> All { get; } =
        [.. YamlDocument.Read(RepositoryFile.Read("compose.yaml")).Map("services").Select(service => new ComposeService(service.Key, (Dictionary<string, object>)service.Value))];

    public string Image => Node.Text("image")!;

    /// <summary>Built from deploy/Dockerfile.</summary>
    public bool IsOurs => Image.StartsWith(OwnPrefix, StringComparison.Ordinal);

    /// <summary>Runs once, on demand.</summary>
    public bool IsOneOff => Node.ContainsKey("profiles");

    public IReadOnlyDictionary<string, object> Environment => Node.TryGetValue("environment", out var value) ? (Dictionary<string, object>)value : new Dictionary<string, object>();

    public override string ToString() => Name;
}
