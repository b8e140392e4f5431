using System.Collections.Concurrent;

namespace EventTorrent.Hosting.Watchdog;

/// <summary>The queues that others send to and this process was configured to listen on. Those of broadcasts, and the bus's own, are none of them.</summary>
public sealed class EndpointRegister(TimeProvider time)
{
    private readonly ConcurrentDictionary<string, WatchedEndpoint> _endpoints = new(StringComparer.Ordinal);
    private readonly long _start = time.GetTimestamp();

    /// <summary>The clock of the process: it only goes forward.</summary>
    internal TimeSpan Now => time.GetElapsedTime(_start);

    internal IReadOnlyList<EndpointFacts> Facts => [.. _endpoints.Values.Select(endpoint => endpoint.Facts)];

    internal void Add(string queue, int slots) => _endpoints.TryAdd(queue, new WatchedEndpoint(queue, slots));

    internal WatchedEndpoint? Find(Uri address) => _endpoints.GetValueOrDefault(address.AbsolutePath[(address.AbsolutePath.LastIndexOf('/') + 1)..]);
}
