using System.Text.RegularExpressions;

namespace EventTorrent.Architecture.Tests;

/// <summary>A C# file: its text, and the same text with comments and literals blanked out, offsets and lines kept.</summary>
internal sealed record SourceFile(string Path, string Text, string Code)
{
    public string Project => Repository.TopFolder(Path);

    public static SourceFile Read(string path)
    {
        var text = File.ReadAllText(Repository.FullPath(path));
        return new SourceFile(path, text, CSharpCode.Blank(text));
    }

    /// <summary>"path:line: the line" for every match in code.</summary>
    public IEnumerable<string> Find(Regex pattern) => pattern.Matches(Code).Select(match => Describe(match.Index));

    public string Describe(int offset)
    {
        var start = offset == 0 ? 0 : Text.LastIndexOf('\n', offset - 1) + 1;
        var end = Text.IndexOf('\n', offset) is >= 0 and var found ? found : Text.Length;
        return $"{Path}:{Text.AsSpan(0, offset).Count('\n') + 1}: {Text[start..end].Trim()}";
    }
}
