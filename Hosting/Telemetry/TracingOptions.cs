using System.ComponentModel.DataAnnotations;

namespace EventTorrent.Hosting.Telemetry;

/// <summary>Where traces go. Section <c>Tracing</c>.</summary>
public sealed class TracingOptions : IValidatableObject
{
    public const string Section = "Tracing";

    /// <summary>Of an OTLP collector, such as http://localhost:4317; with Http the whole address, such as http://localhost:4318/v1/traces. Null: there are no traces.</summary>
    public Uri? Endpoint { get; set; }

    /// <summary>What the collector speaks there.</summary>
    public OtlpProtocol Protocol { get; set; } = OtlpProtocol.Grpc;

    /// <summary>Part of all tasks that are traced, 0 to 1. Every process picks the same ones.</summary>
    [Range(0.0, 1.0)]
    public double Ratio { get; set; } = 1;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Endpoint is not null and not { IsAbsoluteUri: true, Scheme: "http" or "https" })
        {
            yield return new ValidationResult("it is an http:// or https:// address.", [nameof(Endpoint)]);
        }
    }
}
