using Microsoft.AspNetCore.SignalR;

namespace EventTorrent.Api.Status;

/// <summary>
/// Pushes <c>taskChanged</c> (a task's line) and <c>taskDeleted</c> (an infohash) to pages. Lossy: a page reads the list
/// again when it connects. It has no methods to call.
/// </summary>
internal sealed class StatusHub : Hub
{
    public const string Path = "/hubs/status";
    public const string TaskChanged = "taskChanged";
    public const string TaskDeleted = "taskDeleted";
}
