using System.Diagnostics.Metrics;
using EventTorrent.Hosting.Telemetry;

namespace EventTorrent.Api;

/// <summary>What is asked of the door, beside what the server counts of its requests.</summary>
internal sealed class DoorMetrics
{
    private readonly Counter<long> _submissions;
    private readonly Counter<long> _tickets;
    private readonly Counter<long> _pictures;

    public DoorMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(TelemetryNames.Meter);
        _submissions = meter.CreateCounter<long>("eventtorrent.submissions", null, "Submissions by outcome: Added, Changed, Unchanged.");
        _tickets = meter.CreateCounter<long>("eventtorrent.tickets", null, "Tickets given to viewers; each is good for some minutes.");
        _pictures = meter.CreateCounter<long>("eventtorrent.pictures.stored", null, "Pictures written, those that came twice too.");
    }

    public void Submitted(string outcome) => _submissions.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    public void TicketGiven() => _tickets.Add(1);

    public void PictureStored() => _pictures.Add(1);
}
