using EventTorrent.Contracts;
using MassTransit;
using Microsoft.AspNetCore.SignalR;

namespace EventTorrent.Api.Status;

/// <summary>Hands a deletion on to the pages that are connected to this process.</summary>
internal sealed class TaskDeletedConsumer(IHubContext<StatusHub> hub) : IConsumer<TaskDeleted>
{
    public Task Consume(ConsumeContext<TaskDeleted> context) =>
        hub.Clients.All.SendAsync(StatusHub.TaskDeleted, context.Message.Infohash, context.CancellationToken);
}
