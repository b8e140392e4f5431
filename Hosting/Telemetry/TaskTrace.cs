using System.Diagnostics;

namespace EventTorrent.Hosting.Telemetry;

/// <summary>
/// A task is a trace, whose id is the task's: what a submission, a Dispatcher and workers do for it belongs together though
/// hours, a table and restarts lie between, and nothing has to be kept for that (docs/adr, 20). Without somebody who listens
/// all of this costs nothing.
/// </summary>
public static class TaskTrace
{
    private static readonly ActivitySource Source = new(TelemetryNames.Source);

    /// <summary>Begins a span of a task, whatever is under way in this process; that is linked with it.</summary>
    public static Activity? Start(string name, Guid taskId, ActivityKind kind)
    {
        var around = Activity.Current;
        var root = taskId.ToString("N");
        // A span that nobody wrote: the task itself.
        var task = new ActivityContext(
            ActivityTraceId.CreateFromString(root), ActivitySpanId.CreateFromString(root.AsSpan(16)), ActivityTraceFlags.Recorded, isRemote: true);
        var span = Source.StartActivity(name, kind, task, links: around is null ? null : [new ActivityLink(around.Context)]);
        if (span is not null)
        {
            around?.AddLink(new ActivityLink(span.Context));
        }

        return span;
    }

    /// <summary>Begins a span within the one that is under way.</summary>
    public static Activity? Start(string name) => Source.StartActivity(name);
}
