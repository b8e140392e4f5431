using System.Globalization;
using System.Net;

namespace EventTorrent.Sagas.Webhooks;

/// <summary>How one attempt went.</summary>
/// <param name="Status">Of the answer, or null when there was none.</param>
/// <param name="Error">Null when the receiver has it; else why not, in a word.</param>
public sealed record WebhookOutcome(int? Status, string? Error, bool MayTryAgain)
{
    public static WebhookOutcome Refused { get; } = new(null, "PrivateAddress", MayTryAgain: false);

    /// <summary>A redirect is no answer: where it leads to nobody has looked at. 410 is how receivers say "never again".</summary>
    public static WebhookOutcome Of(HttpStatusCode status) => (int)status is >= 200 and < 300
        ? new WebhookOutcome((int)status, null, MayTryAgain: false)
        : new WebhookOutcome((int)status, string.Create(CultureInfo.InvariantCulture, $"Http{(int)status}"), MayTryAgain: status != HttpStatusCode.Gone);
}
