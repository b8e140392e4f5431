using System.Text.Json;
using System.Text.RegularExpressions;

namespace EventTorrent.Signaling;

/// <summary>Limits and patterns of what viewers and nodes may say, as <c>Web/protocol/src</c> has them.</summary>
internal static partial class Shape
{
    public const int MaxSdpLength = 32_768;
    public const int MaxTicketLength = 2048;
    public const int MaxCandidateLength = 1024;
    public const int MaxIceServers = 8;

    /// <summary>Of one session, in each direction.</summary>
    public const int MaxCandidates = 64;

    private const int MaxIceUrlLength = 256;

    /// <summary>Why there is no connection; what each means is in <c>signalErrors</c>.</summary>
    private static readonly HashSet<string> Errors = new(StringComparer.Ordinal)
    {
        SignalErrors.NoNode, SignalErrors.NodeOffline, SignalErrors.NodeBusy, SignalErrors.TicketExpired,
        SignalErrors.TicketInvalid, SignalErrors.TicketForeign, SignalErrors.BadOffer, SignalErrors.TooMany,
    };

    public static bool IsName(string? text) => text is not null && Name().IsMatch(text);

    public static bool IsError(string? text) => text is not null && Errors.Contains(text);

    public static bool IsIceUrl(string? text) => text is { Length: <= MaxIceUrlLength } && IceUrl().IsMatch(text);

    public static bool IsSession(string? text) => text is not null && Session().IsMatch(text);

    public static bool IsMid(string? text) => text is not null && Mid().IsMatch(text);

    /// <summary>A text of 1 to <paramref name="longest"/> UTF-16 units, or null.</summary>
    public static string? Text(JsonElement message, string member, int longest)
    {
        if (message.ValueKind != JsonValueKind.Object || !message.TryGetProperty(member, out var value) || value.ValueKind != JsonValueKind.String)
        {
            return null;
        }

        try
        {
            return value.GetString() is { Length: > 0 } text && text.Length <= longest ? text : null;
        }
        catch (InvalidOperationException)
        {
            // An escaped half of a character.
            return null;
        }
    }

    /// <summary>A whole number of the range, or null.</summary>
    public static long? Integer(JsonElement message, string member, long least, long most) =>
        message.ValueKind == JsonValueKind.Object && message.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.Number
        && value.TryGetInt64(out var number) && number >= least && number <= most ? number : null;

    [GeneratedRegex(@"\A[A-Za-z0-9_-]{1,64}\z")]
    private static partial Regex Name();

    [GeneratedRegex(@"\A[A-Za-z0-9._-]{1,128}\z")]
    private static partial Regex Session();

    [GeneratedRegex(@"\A[A-Za-z0-9_-]{1,32}\z")]
    private static partial Regex Mid();

    [GeneratedRegex(@"\A(stun|turns?):")]
    private static partial Regex IceUrl();
}
