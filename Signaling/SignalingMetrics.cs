using System.Diagnostics.Metrics;
using EventTorrent.Hosting.Telemetry;

namespace EventTorrent.Signaling;

/// <summary>Who is connected to this process, and what becomes of attempts to meet.</summary>
internal sealed class SignalingMetrics
{
    private readonly Counter<long> _offers;

    public SignalingMetrics(IMeterFactory meters, ViewerLimits viewers, NodeDirectory nodes)
    {
        var meter = meters.Create(TelemetryNames.Meter);
        _offers = meter.CreateCounter<long>("eventtorrent.signaling.offers", null, "Attempts of viewers to be connected to a node, by what the hub said.");
        meter.CreateObservableGauge("eventtorrent.signaling.viewers", () => viewers.Connected, null, "Viewers connected to this hub.");
        meter.CreateObservableGauge("eventtorrent.signaling.nodes", () => nodes.Here.Count, null, "Nodes connected to this hub.");
        meter.CreateObservableGauge(
            "eventtorrent.signaling.node_sessions",
            () => nodes.Here.Select(node => new Measurement<int>(node.Sessions, new KeyValuePair<string, object?>("volume", node.Volume))), null,
            "Viewers that a node of this hub serves, as it said last, by volume.");
    }

    /// <param name="code">Of <see cref="SignalErrors"/>, or null when the node was asked.</param>
    public void Offered(string? code) => _offers.Add(1, new KeyValuePair<string, object?>("outcome", code ?? "accepted"));
}
