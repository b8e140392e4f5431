namespace EventTorrent.Deploy.Tests;

/// <summary>A unit of deploy/systemd with what stands in the file for all of them; later assignments of one key follow the earlier.</summary>
internal sealed class UnitFile(string name)
{
    public const string Folder = "deploy/systemd";

    private const string Common = "eventtorrent-.service.d/hardening.conf";

    private readonly ILookup<string, string> _values = Lines(name).Concat(Lines(Common)).ToLookup(line => line.Key, line => line.Value);

    /// <summary>What the unit says itself, and the file for all of them too, which counts then.</summary>
    public IEnumerable<string> Overridden => Lines(name).Select(line => line.Key).Intersect(Lines(Common).Select(line => line.Key));

    public string? Last(string key) => _values[key].LastOrDefault();

    public IEnumerable<string> All(string key) => _values[key];

    private static IEnumerable<(string Key, string Value)> Lines(string file) =>
        from line in RepositoryFile.Read($"{Folder}/{file}").Split('\n')
        where line.Contains('=') && !line.StartsWith('#')
        let pair = line.Split('=', 2)
        select (pair[0], pair[1]);
}
