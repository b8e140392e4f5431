namespace EventTorrent.Architecture.Tests;

internal static class Rule
{
    /// <summary>Fails with one line per violation.</summary>
    public static void HasNoViolations(string rule, IEnumerable<string> violations)
    {
        var found = violations.ToList();
        Assert.True(found.Count == 0, $"{rule}\n{string.Join('\n', found)}");
    }
}
