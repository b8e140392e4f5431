using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace EventTorrent.Hosting.Webhooks;

/// <summary>Where a webhook may go, as far as its text tells. What its name resolves to is looked at when it is sent.</summary>
public static class WebhookUrl
{
    public const int MaxLength = 2048;

    public const string Rule = "An http or https address without user name and fragment, of a public host.";

    /// <param name="allowPrivate">Takes private, loopback and link-local addresses, too.</param>
    /// <param name="error">One sentence that says what is wrong.</param>
    public static bool TryParse(string text, bool allowPrivate, [NotNullWhen(true)] out Uri? url, [NotNullWhen(false)] out string? error)
    {
        error = text.Length > MaxLength ? $"A webhook has at most {MaxLength} characters." : null;
        url = null;
        if (error is null && !IsPlain(text, out url))
        {
            error = Rule;
        }

        if (error is null && !allowPrivate && IPAddress.TryParse(url!.IdnHost.Trim('[', ']'), out var address) && !PublicAddress.Is(address))
        {
            error = "A webhook does not go to private, loopback or link-local addresses here.";
        }

        return error is null;
    }

    private static bool IsPlain(string text, [NotNullWhen(true)] out Uri? url) =>
        Uri.TryCreate(text, UriKind.Absolute, out url)
        && url.Scheme is "http" or "https"
        && url is { UserInfo: "", Fragment: "", Host.Length: > 0 }
        && !text.Any(character => char.IsControl(character) || char.IsWhiteSpace(character) || char.IsSurrogate(character));
}
