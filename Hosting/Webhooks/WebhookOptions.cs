using System.ComponentModel.DataAnnotations;

namespace EventTorrent.Hosting.Webhooks;

/// <summary>Whom to tell of what happened to tasks, the same for Api and the saga hosts. Section <c>Webhooks</c>.</summary>
public sealed class WebhookOptions : IValidatableObject
{
    public const string Section = "Webhooks";

    /// <summary>Told of every task; null for nobody.</summary>
    public string? Url { get; set; }

    /// <summary><c>whsec_</c> and 24 to 64 bytes in base64. Without it nobody is told, as nobody could check who tells.</summary>
    public string? Secret { get; set; }

    /// <summary>Also tells receivers on private, loopback and link-local addresses.</summary>
    public bool AllowPrivateNetworks { get; set; }

    /// <summary>Whether anybody can be told.</summary>
    public bool IsOn() => !string.IsNullOrEmpty(Secret);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (IsOn() && !WebhookSignature.TryReadKey(Secret!, out _))
        {
            yield return new ValidationResult("whsec_ and 24 to 64 bytes in base64: echo whsec_$(openssl rand -base64 32)", [nameof(Secret)]);
        }

        if (!string.IsNullOrEmpty(Url) && (!IsOn() || !WebhookUrl.TryParse(Url, AllowPrivateNetworks, out _, out _)))
        {
            yield return new ValidationResult($"{WebhookUrl.Rule} It needs {Section}:{nameof(Secret)}.", [nameof(Url)]);
        }
    }
}
