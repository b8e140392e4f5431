using YamlDotNet.RepresentationModel;

namespace EventTorrent.Deploy.Tests;

/// <summary>A YAML document as dictionaries, lists and texts, with aliases and merge keys (<c>&lt;&lt;</c>) put in.</summary>
internal static class YamlDocument
{
    private const string Merge = "<<";

    public static Dictionary<string, object> Read(string text)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        return (Dictionary<string, object>)Convert(Assert.Single(stream.Documents).RootNode);
    }

    public static Dictionary<string, object> Map(this IReadOnlyDictionary<string, object> node, string key) => (Dictionary<string, object>)node[key];

    /// <summary>One of a list of maps.</summary>
    public static Dictionary<string, object> Map(this IReadOnlyDictionary<string, object> node, string key, int index) =>
        (Dictionary<string, object>)((List<object>)node[key])[index];

    /// <summary>The texts of a list; of one that is not there none.</summary>
    public static IReadOnlyList<string> Texts(this IReadOnlyDictionary<string, object> node, string key) =>
        node.TryGetValue(key, out var value) ? [.. ((List<object>)value).Cast<string>()] : [];

    public static string? Text(this IReadOnlyDictionary<string, object> node, string key) => node.GetValueOrDefault(key) as string;

    private static object Convert(YamlNode node) => node switch
    {
        YamlScalarNode scalar => scalar.Value ?? "",
        YamlSequenceNode sequence => sequence.Select(Convert).ToList(),
        YamlMappingNode mapping => Convert(mapping),
        _ => throw new InvalidOperationException($"{node.NodeType} at {node.Start}"),
    };

    private static Dictionary<string, object> Convert(YamlMappingNode mapping)
    {
        var entries = mapping.Select(entry => (Key: ((YamlScalarNode)entry.Key).Value!, Value: Convert(entry.Value))).ToList();
        var result = entries.Where(entry => entry.Key != Merge).ToDictionary(entry => entry.Key, entry => entry.Value);
        // What stands in the mapping itself goes before what is merged, and the first merged before the next.
        foreach (var merged in entries.Where(entry => entry.Key == Merge).SelectMany(entry => entry.Value as List<object> ?? [entry.Value]))
        {
            foreach (var (key, value) in (Dictionary<string, object>)merged)
            {
                result.TryAdd(key, value);
            }
        }

        return result;
    }
}
