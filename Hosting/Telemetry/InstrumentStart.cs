using Microsoft.Extensions.Hosting;

namespace EventTorrent.Hosting.Telemetry;

/// <summary>Makes instruments when the process starts, so that a gauge is there before the first thing that it counts.</summary>
internal sealed class InstrumentStart<T>(T instruments) : IHostedService where T : class
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        GC.KeepAlive(instruments);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
