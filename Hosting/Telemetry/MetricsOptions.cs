using System.ComponentModel.DataAnnotations;

namespace EventTorrent.Hosting.Telemetry;

/// <summary>Where a process says how it does. Section <c>Metrics</c>.</summary>
public sealed class MetricsOptions : IValidatableObject
{
    public const string Section = "Metrics";

    /// <summary>
    /// An http address for <c>/metrics</c>, <c>/health/live</c> and <c>/health/ready</c> alone, whatever name it is asked by; the
    /// process's own address has no <c>/metrics</c> then. Null: all of them are at the process's own address.
    /// </summary>
    public Uri? Address { get; set; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Address is not null and not { IsAbsoluteUri: true, Scheme: "http", AbsolutePath: "/" })
        {
            yield return new ValidationResult("it is an http:// address with a port and no path.", [nameof(Address)]);
        }
    }
}
