using EventTorrent.Api.Web;
using EventTorrent.Contracts;
using EventTorrent.Storage;
using EventTorrent.Storage.Model;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace EventTorrent.Api.Playback;

/// <summary>Gives a ticket for a task whose streams are all there.</summary>
internal sealed class TicketService(
    TorrentDb db, TicketMint mint, StreamRetention retention, DoorMetrics metrics, TimeProvider time, IOptions<PlaybackOptions> options)
{
    public const string MasterPlaylist = "master.m3u8";

    /// <param name="dtls">64 lower-case hex digits.</param>
    public async Task<(TicketView? Ticket, ProblemHttpResult? Problem)> IssueAsync(Infohash infohash, string dtls, CancellationToken cancellationToken)
    {
        var id = infohash.ToTaskId();
        var task = await db.Tasks.AsNoTracking().Where(task => task.CorrelationId == id)
            .Select(task => new { task.Infohash, task.CurrentState }).FirstOrDefaultAsync(cancellationToken);
        if (task is null)
        {
            return (null, RouteInfohash.Unknown(infohash));
        }

        if (task.CurrentState != nameof(TaskState.Playable))
        {
            return (null, Problems.Conflict("not-playable", $"The task is {task.CurrentState}; it can be watched when it is {nameof(TaskState.Playable)}."));
        }

        // Of a video that was encoded in parts, the item of the whole.
        var videos = await db.WorkItems.AsNoTracking()
            .Where(item => item.TaskId == id && item.Step == Step.Transcode && item.Part == null && item.State == WorkItemState.Done)
            .OrderBy(item => item.FileIndex).Select(item => new { item.FileIndex, item.BoundVolume, item.Duration }).ToListAsync(cancellationToken);
        if (videos.Count == 0)
        {
            return (null, Problems.Conflict("not-playable", "The task has no stream."));
        }

        var indexes = videos.Select(video => video.FileIndex).ToList();
        var paths = await db.Files.AsNoTracking().Where(file => file.TaskId == id && indexes.Contains(file.Index))
            .ToDictionaryAsync(file => file.Index, file => file.Path, cancellationToken);
        var volume = videos[0].BoundVolume;
        // A ticket is renewed while its viewer watches: nothing else need say so.
        await retention.NoteWatchedAsync(id, time.GetUtcNow(), cancellationToken);
        metrics.TicketGiven();
        var (token, expires) = mint.Mint(task.Infohash, volume, dtls);
        return (new TicketView(
            task.Infohash, token, expires, volume, options.Value.SignalingUrl,
            [.. videos.Where(video => video.FileIndex is not null).Select(video => View(video.FileIndex!.Value, paths, video.Duration))]), null);
    }

    private static StreamView View(int file, Dictionary<int, string> paths, TimeSpan? duration) => new(
        file, paths.GetValueOrDefault(file, ""), FormattableString.Invariant($"{file}.hls"), MasterPlaylist, duration?.TotalSeconds);
}
