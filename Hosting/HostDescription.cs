using Microsoft.AspNetCore.Builder;

namespace EventTorrent.Hosting;

/// <summary>What makes one kind of process.</summary>
/// <param name="Summary">One sentence for <c>--help</c>.</param>
/// <param name="Port">Where it listens on 127.0.0.1 unless it is told otherwise.</param>
/// <param name="Add">Adds its services.</param>
/// <param name="Map">Adds its endpoints beside those of health, or null.</param>
public sealed record HostDescription(string Summary, int Port, Action<WebApplicationBuilder> Add, Action<WebApplication>? Map = null);
