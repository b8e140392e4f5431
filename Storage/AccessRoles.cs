using System.Diagnostics.CodeAnalysis;
using EventTorrent.Storage.Model;

namespace EventTorrent.Storage;

/// <summary>Roles as people write them.</summary>
public static class AccessRoles
{
    private static readonly AccessRole[] All = Enum.GetValues<AccessRole>();

    public static IReadOnlyList<string> Names { get; } = [.. All.Select(ToText)];

    [SuppressMessage("Globalization", "CA1308", Justification = "Names of our own, in ASCII.")]
    public static string ToText(this AccessRole role) => role.ToString().ToLowerInvariant();

    public static bool TryParse(string? text, out AccessRole role)
    {
        var found = Array.FindIndex(All, one => one.ToText() == text);
        role = found < 0 ? default : All[found];
        return found >= 0;
    }
}
