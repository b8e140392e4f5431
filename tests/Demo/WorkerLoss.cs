namespace EventTorrent.Demo;

/// <summary>Kills a transcode worker in the middle of its work, half way through the video, and proves that another did that work again.</summary>
internal sealed class WorkerLoss(WorkerNames names, EventTorrentClient service, string infohash, Narrator narrator)
{
    private const double HalfWay = 0.4;

    private string? _lost;

    /// <summary>To be called often: kills when the moment has come.</summary>
    public async Task LookAsync(TaskReply task, CancellationToken cancellationToken)
    {
        if (_lost is not null || task.State != "Transcoding" || task.Progress < HalfWay || Choose(task) is not { } part || names.Find(part.Worker!) is not { } victim)
        {
            return;
        }

        // Frozen first: what it has in hand now can't be done before it dies.
        victim.Suspend();
        if (!(await service.FindAsync(infohash, cancellationToken)).Transcodes.Any(item => IsSame(item, part) && item.State == "running" && item.Lease == part.Lease))
        {
            victim.Resume();
            return;
        }

        _lost = part.Worker;
        victim.Restarts = false;
        narrator.Say(FormattableString.Invariant($"*** kill -9 {victim.Pid}: {victim.Name} dies at {part.Progress:P0} of part {part.Part + 1}, and is not started again"));
        victim.Kill();
    }

    /// <exception cref="DemoException">Nobody was killed, or nobody did the work again.</exception>
    public void Prove(TaskReply task)
    {
        if (_lost is null)
        {
            throw new DemoException("No transcode worker could be caught at work in the second half of the video; --minutes makes it longer.");
        }

        var again = task.Transcodes.FirstOrDefault(item => item is { Part: not null, State: "done", Lease: > 1 } && item.Worker != _lost)
            ?? throw new DemoException("No part of the video was done again by another worker.");
        narrator.Say(FormattableString.Invariant(
            $"Part {again.Part + 1}, which the killed worker had in hand, was done again by {names.NameOf(again.Worker!)} (lease {again.Lease})"));
    }

    /// <summary>A chunk of the video that is well under way.</summary>
    private static TaskReply.TranscodeReply? Choose(TaskReply task) =>
        task.Transcodes.FirstOrDefault(item => item is { State: "running", Part: > 0, Worker: not null, Progress: > 0.2 and < 0.8 });

    private static bool IsSame(TaskReply.TranscodeReply one, TaskReply.TranscodeReply other) => (one.File, one.Part) == (other.File, other.Part);
}
