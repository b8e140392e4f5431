using System.Threading.Channels;
using EventTorrent.Contracts;
using EventTorrent.Hosting;
using MassTransit;

namespace EventTorrent.Api.Tests;

/// <summary>Hears what the door publishes, as the other parts of the system would.</summary>
internal sealed class Recorder : IBusModule
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Channel<object> _messages = Channel.CreateUnbounded<object>();

    public void Register(IBusRegistrationConfigurator bus)
    {
    }

    public void Configure(IBusRegistrationContext context, IBusFactoryConfigurator bus) =>
        bus.InstanceEndpoint(context, "test.recorder", endpoint =>
        {
            Record<SubmitTorrent>(endpoint);
            Record<WorkAdded>(endpoint);
            Record<StopWork>(endpoint);
            Record<PurgeData>(endpoint);
            Record<TaskDeleted>(endpoint);
            Record<DrainWorker>(endpoint);
            Record<ScreenshotStored>(endpoint);
            Record<Fault<StoreScreenshot>>(endpoint);
        });

    /// <summary>The next message of a kind; others that come before it are let go.</summary>
    public async Task<T> NextAsync<T>() where T : class
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(ApiHost.Token);
        deadline.CancelAfter(Patience);
        while (true)
        {
            if (await _messages.Reader.ReadAsync(deadline.Token) is T message)
            {
                return message;
            }
        }
    }

    /// <summary>All that has come so far.</summary>
    public IReadOnlyList<object> Take()
    {
        var taken = new List<object>();
        while (_messages.Reader.TryRead(out var message))
        {
            taken.Add(message);
        }

        return taken;
    }

    private void Record<T>(IReceiveEndpointConfigurator endpoint) where T : class =>
        endpoint.Handler<T>(context => _messages.Writer.WriteAsync(context.Message).AsTask());
}
