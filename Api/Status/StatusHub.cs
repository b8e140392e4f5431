using EventTorrent.Api.Access;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.SignalR;

namespace EventTorrent.Api.Status;

/// <summary>
/// Pushes <c>taskChanged</c> (a task's line) and <c>taskDeleted</c> (an infohash) to pages. Lossy: a page reads the list
/// again when it connects. It has no methods to call. Who came with a key is put out when the key is revoked.
/// </summary>
internal sealed class StatusHub(KeyRing keys) : Hub
{
    public const string Path = "/hubs/status";
    public const string TaskChanged = "taskChanged";
    public const string TaskDeleted = "taskDeleted";

    public override Task OnConnectedAsync()
    {
        var (context, visitor) = (Context, Visitor.Of(Context.User!));
        Context.Features.Get<IConnectionHeartbeatFeature>()?.OnHeartbeat(
            _ =>
            {
                if (!keys.Knows(visitor))
                {
                    context.Abort();
                }
            },
            context);
        return Task.CompletedTask;
    }
}
