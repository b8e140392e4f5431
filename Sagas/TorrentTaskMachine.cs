using EventTorrent.Contracts;
using EventTorrent.Storage;
using EventTorrent.Storage.Model;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using State = MassTransit.State;

namespace EventTorrent.Sagas;

/// <summary>
/// What happens to a torrent, in order. Read this file first. Here stands which report counts in which state and what
/// follows from it; what a report changes in a task stands in <see cref="TaskRules"/>. Whatever changed is saved and
/// announced (<see cref="TaskChanged"/>) by <see cref="TaskSagaRepository"/>.
/// </summary>
public sealed class TorrentTaskMachine : MassTransitStateMachine<TorrentTask>
{
    private readonly TaskRules _rules;
    private readonly SagaMetrics _metrics;
    private readonly TimeProvider _time;

    public TorrentTaskMachine(TaskRules rules, StreamExpiry expiry, SagaMetrics metrics, TimeProvider time)
    {
        (_rules, _metrics, _time) = (rules, metrics, time);
        InstanceState(task => task.CurrentState);
        Correlate();

        // The door wrote the row in state Pending before it sent anything: there is no initial event.
        During([Pending, Fetching, Screenshotting, Downloading, Transcoding],
            Settle(When(Submitted).ThenAsync(Reconcile)).If(x => x.Saga.PauseAsked, Pause));

        During(Pending,
            Current(Started)
                .Then(x => _rules.Start(x.Saga, x.Message))
                .IfElse(x => x.Saga.HasMetadata, Enter, unknown => MoveTo(unknown, Fetching, "A worker joins the swarm")));

        During([Fetching, Screenshotting, Downloading, Transcoding],
            Current(Started).Then(x => _rules.Start(x.Saga, x.Message)));

        // Reports overtake each other: the metadata may come before the word that work has begun.
        During([Pending, Fetching],
            When(MetadataKnown, x => !x.Saga.HasMetadata)
                .Then(LearnMetadata)
                .If(x => !TaskRules.IsOver(x.Saga) && x.Saga.Files.Exists(file => file.Selected), Enter)
                .If(x => TaskRules.IsOver(x.Saga), End));

        During([Screenshotting, Downloading, Transcoding],
            Ignore(MetadataKnown));

        During([Pending, Fetching, Screenshotting, Downloading, Transcoding],
            Current(Progressed).Then(x => _rules.Progress(x.Saga, x.Message)),
            Settle(When(ShotStored).ThenAsync(StoreShot)).If(x => TaskRules.IsOver(x.Saga), End),
            Settle(Current(Yielded).Then(x => _rules.Yield(x.Saga, x.Message))).If(x => TaskRules.IsOver(x.Saga), End),
            Settle(Current(ItemCompleted).Then(x => _rules.Complete(x.Saga, x.Message))).If(x => TaskRules.IsOver(x.Saga), End),
            Settle(When(ItemFailed, x => TaskRules.CanFail(x.Saga, x.Message)).Then(Fail)).If(x => TaskRules.IsOver(x.Saga), End));

        During([Completed, Playable],
            When(Submitted).ThenAsync(Reconcile).IfElse(x => TaskRules.IsOver(x.Saga), Leave, Reopen),
            When(ShotStored).ThenAsync(StoreShot),
            Ignore(Started), Ignore(Progressed), Ignore(MetadataKnown), Ignore(Yielded), Ignore(ItemCompleted), Ignore(ItemFailed));

        During(Failed,
            When(Submitted).ThenAsync(Reconcile).IfElse(x => TaskRules.IsOver(x.Saga), Leave, Reopen),
            // The store was slower than our patience: what was promised is here after all.
            When(ShotStored).ThenAsync(StoreShot).If(x => TaskRules.IsOver(x.Saga) && TaskRules.HasResult(x.Saga), End),
            Ignore(Started), Ignore(Progressed), Ignore(MetadataKnown), Ignore(Yielded), Ignore(ItemCompleted), Ignore(ItemFailed));

        // What workers say late is answered by StopWork, below, but what they have stored counts: it may be all there was to do.
        // Wider wants wait for the person who paused it.
        During(Paused,
            When(Submitted).ThenAsync(Reconcile).IfElse(x => x.Saga.PauseAsked,
                still => still.ThenAsync(Rest),
                again => MoveTo(again.Then(x => _rules.Resume(x.Saga)), Pending, "Resumed")),
            When(ShotStored).ThenAsync(StoreShot).If(x => TaskRules.IsOver(x.Saga), End),
            Ignore(MetadataKnown), Ignore(ItemCompleted), Ignore(ItemFailed));

        // Somebody may have begun to watch since the Reaper looked, or want something new.
        During(Playable,
            MoveTo(
                When(Expired, x => expiry.IsDue(x.Saga))
                    .Then(x => StreamExpiry.Expire(x.Saga))
                    // Who still seeds what it was made of stops that.
                    .Publish(x => new StopWork(x.Saga.CorrelationId, nameof(Step.Download), Item: null, x.Saga.LeaseFloor - 1))
                    .Publish(x => new PurgeData(x.Saga.CorrelationId, x.Saga.Infohash, Mark: "")),
                Completed, "The stream is kept no longer"));
        During([Pending, Fetching, Screenshotting, Downloading, Transcoding, Completed, Failed, Paused], Ignore(Expired));

        // A worker that has lost its lease, or whose task is over, learns of it at its next word.
        DuringAny(
            Stale(Started).Publish(x => Stop(x.Message)),
            Stale(Progressed).Publish(x => Stop(x.Message)),
            Stale(Yielded).Publish(x => Stop(x.Message)));
    }

    public State Pending { get; private set; } = null!;
    public State Fetching { get; private set; } = null!;
    public State Screenshotting { get; private set; } = null!;
    public State Downloading { get; private set; } = null!;
    public State Transcoding { get; private set; } = null!;
    public State Playable { get; private set; } = null!;
    public State Completed { get; private set; } = null!;
    public State Failed { get; private set; } = null!;
    public State Paused { get; private set; } = null!;

    public Event<SubmitTorrent> Submitted { get; private set; } = null!;
    public Event<ExpireStream> Expired { get; private set; } = null!;
    public Event<StepStarted> Started { get; private set; } = null!;
    public Event<StepProgressed> Progressed { get; private set; } = null!;
    public Event<MetadataFetched> MetadataKnown { get; private set; } = null!;
    public Event<ScreenshotStored> ShotStored { get; private set; } = null!;
    public Event<StepYielded> Yielded { get; private set; } = null!;
    public Event<StepCompleted> ItemCompleted { get; private set; } = null!;
    public Event<StepFailed> ItemFailed { get; private set; } = null!;

    /// <summary>Every message names its task. One about a task that was deleted ends there, and so does the work on it.</summary>
    private void Correlate()
    {
        Event(() => Submitted, e => e.CorrelateById(m => m.Message.TaskId).OnMissingInstance(missing => missing.Discard()));
        Event(() => Expired, e => e.CorrelateById(m => m.Message.TaskId).OnMissingInstance(missing => missing.Discard()));
        Event(() => ShotStored, e => e.CorrelateById(m => m.Message.TaskId).OnMissingInstance(missing => missing.Discard()));
        Event(() => Started, StopWhenMissing);
        Event(() => Progressed, StopWhenMissing);
        Event(() => MetadataKnown, StopWhenMissing);
        Event(() => Yielded, StopWhenMissing);
        Event(() => ItemCompleted, StopWhenMissing);
        Event(() => ItemFailed, StopWhenMissing);
    }

    private static void StopWhenMissing<T>(IEventCorrelationConfigurator<TorrentTask, T> configure) where T : class, IWorkReport =>
        configure.CorrelateById(m => m.Message.TaskId).OnMissingInstance(missing =>
            missing.ExecuteAsync(x => x.Publish(Stop(x.Message), x.CancellationToken)));

    private EventActivityBinder<TorrentTask, T> Current<T>(Event<T> report) where T : class, IWorkReport =>
        When(report, x => TaskRules.IsCurrent(x.Saga, x.Message));

    private EventActivityBinder<TorrentTask, T> Stale<T>(Event<T> report) where T : class, IWorkReport =>
        When(report, x => TaskRules.IsStale(x.Saga, x.Message));

    private static StopWork Stop(IWorkReport stale) => new(stale.TaskId, stale.Step, stale.Item, stale.Lease);

    private EventActivityBinder<TorrentTask, T> MoveTo<T>(EventActivityBinder<TorrentTask, T> binder, State state, string cause)
        where T : class =>
        binder.Then(x => _rules.Note(x.Saga, state.Name, cause, x.Message as IWorkReport))
            .Then(x => _metrics.Moved(x.Saga, state.Name, _time.GetUtcNow()))
            .TransitionTo(state);

    private EventActivityBinder<TorrentTask, T> End<T>(EventActivityBinder<TorrentTask, T> binder) where T : class =>
        binder.Then(x => _rules.Finish(x.Saga)).IfElse(x => TaskRules.HasResult(x.Saga),
            result => result.IfElse(x => StreamItems.HasStream(x.Saga),
                stream => MoveTo(stream, Playable, "All that can be played is in place"),
                pictures => MoveTo(pictures, Completed, "All that can be had is stored")),
            nothing => MoveTo(nothing, Failed, "No attempt is left"));

    /// <summary>From step to step: the state is that of the first one that is not done. A task that no worker has begun stays where it is.</summary>
    private EventActivityBinder<TorrentTask, T> Settle<T>(EventActivityBinder<TorrentTask, T> binder) where T : class =>
        binder.If(x => x.Saga.CurrentState is not (nameof(Pending) or nameof(Fetching)) && !TaskRules.IsOver(x.Saga), Enter);

    private EventActivityBinder<TorrentTask, T> Enter<T>(EventActivityBinder<TorrentTask, T> binder) where T : class => binder
        .If(x => Leads(x, Screenshotting), next => MoveTo(next, Screenshotting, "Pictures are taken"))
        .If(x => Leads(x, Downloading), next => MoveTo(next, Downloading, "The files are to be downloaded"))
        .If(x => Leads(x, Transcoding), next => MoveTo(next, Transcoding, "The files are on the volume"));

    private static bool Leads<T>(BehaviorContext<TorrentTask, T> x, State state) where T : class =>
        x.Saga.CurrentState != state.Name && StreamItems.StageOf(x.Saga).ToString() == state.Name;

    private EventActivityBinder<TorrentTask, SubmitTorrent> Reopen(EventActivityBinder<TorrentTask, SubmitTorrent> binder) =>
        MoveTo(binder, Pending, "Submitted again").If(x => x.Saga.PauseAsked, Pause);

    private EventActivityBinder<TorrentTask, SubmitTorrent> Pause(EventActivityBinder<TorrentTask, SubmitTorrent> binder) =>
        MoveTo(binder.ThenAsync(Rest), Paused, "Paused by a person");

    /// <summary>It ended before the wish to pause it was seen.</summary>
    private static EventActivityBinder<TorrentTask, SubmitTorrent> Leave(EventActivityBinder<TorrentTask, SubmitTorrent> binder) =>
        binder.Then(x => x.Saga.PauseAsked = false);

    /// <summary>Looks at what the door wrote into the row.</summary>
    private async Task Reconcile(BehaviorContext<TorrentTask, SubmitTorrent> x)
    {
        IReadOnlyList<int>? selected = null;
        var hasGrown = false;
        if (x.Saga.HasMetadata)
        {
            var files = await x.GetPayload<TorrentDb>().Files
                .Where(file => file.TaskId == x.Saga.CorrelationId).OrderBy(file => file.Index).ToListAsync(x.CancellationToken);
            selected = VideoFiles.Select([.. files.Select(file => new TorrentFile(file.Index, file.Path, file.LengthBytes))], x.Saga.FilesAsked);
            hasGrown = files.Exists(file => !file.Selected && selected.Contains(file.Index));
            files.ForEach(file => file.Selected = selected.Contains(file.Index));
        }

        await TellAsync(x, _rules.Reconcile(x.Saga, selected, hasGrown));
    }

    private static Task Rest(BehaviorContext<TorrentTask, SubmitTorrent> x) => TellAsync(x, Pausing.Rest(x.Saga));

    private static async Task TellAsync(BehaviorContext<TorrentTask, SubmitTorrent> x, IReadOnlyList<StopWork> stops)
    {
        foreach (var stop in stops)
        {
            await x.Publish(stop, x.CancellationToken);
        }
    }

    private void LearnMetadata(BehaviorContext<TorrentTask, MetadataFetched> x)
    {
        _rules.LearnMetadata(x.Saga, x.Message);
        if (x.Message.Info is { Length: <= Limits.InfoInMessageBytes } info)
        {
            x.GetPayload<TorrentDb>().Add(new TaskMetadata { TaskId = x.Saga.CorrelationId, Info = info });
        }
    }

    private async Task StoreShot(BehaviorContext<TorrentTask, ScreenshotStored> x)
    {
        var isFirst = x.Saga.FirstShotAt is null;
        if (!_rules.StoreShot(x.Saga, x.Message))
        {
            return;
        }

        if (isFirst)
        {
            _metrics.FirstShot(x.Saga, _time.GetUtcNow());
        }

        // A picture of an earlier plan may have the same place.
        var screenshots = x.GetPayload<TorrentDb>().Screenshots;
        var row = TaskRules.IsFirstPlan(x.Saga, x.Message)
            ? null
            : await screenshots.FindAsync([x.Saga.CorrelationId, x.Message.FileIndex, x.Message.Index], x.CancellationToken);
        if (row is null)
        {
            screenshots.Add(row = new StoredScreenshot
            {
                TaskId = x.Saga.CorrelationId,
                FileIndex = x.Message.FileIndex,
                Index = x.Message.Index,
            });
        }

        _rules.Describe(row, x.Message);
    }

    private void Fail(BehaviorContext<TorrentTask, StepFailed> x)
    {
        var again = _rules.Fail(x.Saga, x.Message);
        _metrics.Failed(Enum.Parse<Step>(x.Message.Step), x.Saga.FailureKind, again);
        _rules.Note(
            x.Saga, x.Saga.CurrentState,
            again ? $"{x.Message.Kind}: {x.Message.Message} Another attempt follows." : $"{x.Message.Kind}: {x.Message.Message}",
            x.Message);
    }
}
