using System.Linq.Expressions;
using EventTorrent.Contracts;
using EventTorrent.Storage.Model;

namespace EventTorrent.Api.Tasks;

/// <summary>The five words that the original scheduler has for where a task is, told from ours; for a row and as a filter alike.</summary>
internal static class CompatStatus
{
    public const string Pending = "pending";
    public const string Working = "working";
    public const string Success = "success";
    public const string RecoverableFailure = "recoverable_failure";
    public const string PermanentFailure = "permanent_failure";

    private static readonly string[] Waiting = [nameof(TaskState.Pending), nameof(TaskState.Paused)];

    private static readonly string[] Busy =
        [nameof(TaskState.Fetching), nameof(TaskState.Screenshotting), nameof(TaskState.Downloading), nameof(TaskState.Transcoding)];

    private static readonly string[] Good = [nameof(TaskState.Completed), nameof(TaskState.Playable)];

    private static readonly FailureKind?[] Recoverable = [.. Enum.GetValues<FailureKind>().Where(kind => kind.IsRecoverable())];

    public static string Of(string state, string? failureKind, DateTimeOffset? retryAt)
    {
        if (state == nameof(TaskState.Failed))
        {
            return Enum.TryParse<FailureKind>(failureKind, out var kind) && kind.IsRecoverable() ? RecoverableFailure : PermanentFailure;
        }

        return Good.Contains(state) ? Success
            : retryAt is not null ? RecoverableFailure
            : Busy.Contains(state) ? Working : Pending;
    }

    /// <summary>The rows of a status, or null for a word that is none.</summary>
    public static Expression<Func<TorrentTask, bool>>? Filter(string status) => status switch
    {
        Pending => task => Waiting.Contains(task.CurrentState)
            && (task.FailureKind == null || !task.Items.Any(item => item.State == WorkItemState.Waiting && item.DueAt != null)),
        Working => task => Busy.Contains(task.CurrentState)
            && (task.FailureKind == null || !task.Items.Any(item => item.State == WorkItemState.Waiting && item.DueAt != null)),
        Success => task => Good.Contains(task.CurrentState),
        RecoverableFailure => task => task.CurrentState == nameof(TaskState.Failed)
            ? Recoverable.Contains(task.FailureKind)
            : !Good.Contains(task.CurrentState) && task.FailureKind != null
                && task.Items.Any(item => item.State == WorkItemState.Waiting && item.DueAt != null),
        PermanentFailure => task => task.CurrentState == nameof(TaskState.Failed)
            && (task.FailureKind == null || !Recoverable.Contains(task.FailureKind)),
        _ => null,
    };
}
