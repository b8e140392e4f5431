using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace EventTorrent.Hosting.Telemetry;

internal static class TelemetryRegistration
{
    /// <summary>Ours, and those of the runtime and the server that have few series.</summary>
    private static readonly string[] Meters =
        [TelemetryNames.Meter, "System.Runtime", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Http.Connections"];

    /// <summary>Ours, those of requests, and those of messages, which carry them from process to process.</summary>
    private static readonly string[] Sources = [TelemetryNames.Source, TelemetryNames.MediaSource, "Microsoft.AspNetCore", "MassTransit"];

    /// <summary>Adds what every process measures, and where it says so.</summary>
    public static IServiceCollection AddTelemetry(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<MetricsOptions>()
            .Bind(configuration.GetSection(MetricsOptions.Section))
            .ValidateDataAnnotations()
            .ValidateOnStart();
        services.AddOptions<TracingOptions>()
            .Bind(configuration.GetSection(TracingOptions.Section))
            .ValidateDataAnnotations()
            .ValidateOnStart();
        services.AddMetrics();
        var telemetry = services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService(Assembly.GetEntryAssembly()?.GetName().Name ?? TelemetryNames.Meter))
            .WithMetrics(metrics => metrics.AddMeter(Meters).AddPrometheusExporter());
        if (configuration[$"{TracingOptions.Section}:{nameof(TracingOptions.Endpoint)}"] is { Length: > 0 })
        {
            telemetry.AddTraces();
        }

        services.AddHostedService<ProcessMetrics>();
        services.AddHostedService<MetricsListener>();
        return services;
    }

    private static void AddTraces(this OpenTelemetryBuilder telemetry)
    {
        telemetry.Services.AddOptions<OtlpExporterOptions>().Configure<IOptions<TracingOptions>>((exporter, tracing) =>
        {
            exporter.Endpoint = tracing.Value.Endpoint!;
            exporter.Protocol = tracing.Value.Protocol == OtlpProtocol.Http ? OtlpExportProtocol.HttpProtobuf : OtlpExportProtocol.Grpc;
        });
        telemetry.WithTracing(traces => traces
            .AddSource(Sources)
            // By the id of the trace alone, so that what belongs to one task is kept or left out in every process alike.
            .SetSampler(provider => new TraceIdRatioBasedSampler(provider.GetRequiredService<IOptions<TracingOptions>>().Value.Ratio))
            .AddOtlpExporter());
    }
}
