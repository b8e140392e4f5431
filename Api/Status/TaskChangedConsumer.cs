using EventTorrent.Api.Tasks;
using EventTorrent.Contracts;
using MassTransit;
using Microsoft.AspNetCore.SignalR;

namespace EventTorrent.Api.Status;

/// <summary>Hands a change on to the pages that are connected to this process.</summary>
internal sealed class TaskChangedConsumer(IHubContext<StatusHub> hub) : IConsumer<TaskChanged>
{
    public Task Consume(ConsumeContext<TaskChanged> context) =>
        hub.Clients.All.SendAsync(StatusHub.TaskChanged, TaskViews.Of(context.Message), context.CancellationToken);
}
