namespace EventTorrent.Fuzz;

/// <summary>One parser to be fuzzed.</summary>
/// <param name="Name">Names its finds.</param>
/// <param name="Seeds">Small sound files.</param>
/// <param name="Walk">The elements of a file, so that mutations keep its structure; may be wrong about damaged files.</param>
/// <param name="Read">Runs the parser; whatever it throws is a find.</param>
internal sealed record FuzzTarget(
    string Name, IReadOnlyList<byte[]> Seeds, Func<byte[], List<Element>> Walk, Func<ReadOnlyMemory<byte>, Task> Read);
