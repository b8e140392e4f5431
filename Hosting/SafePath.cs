namespace EventTorrent.Hosting;

/// <summary>
/// Paths below a directory of ours, made of names of ours: lower-case letters, digits, '-', '_' and '.', not beginning with
/// a '.'. A name that came from outside never passes, whatever it escapes with.
/// </summary>
public static class SafePath
{
    private const int MaxNameLength = 128;

    /// <summary>The absolute path of a file or directory below <paramref name="root"/>.</summary>
    /// <exception cref="ArgumentException">One of the names is not of the kind that we make.</exception>
    public static string Join(string root, params ReadOnlySpan<string> names)
    {
        var path = Path.GetFullPath(root);
        foreach (var name in names)
        {
            if (!IsOwnName(name))
            {
                throw new ArgumentException("A path is made of our own names only.", nameof(names));
            }

            path = Path.Combine(path, name);
        }

        return path;
    }

    /// <summary>Whether a text is a name of the kind that we make.</summary>
    public static bool IsOwnName(string? name) =>
        name is { Length: > 0 and <= MaxNameLength }
        && name[0] != '.'
        && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_' or '.');
}
