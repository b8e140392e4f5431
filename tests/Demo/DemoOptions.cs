using System.Net;

namespace EventTorrent.Demo;

/// <summary>What a person asks the demo for.</summary>
/// <param name="Shots">Pictures to take.</param>
/// <param name="Length">Of the video.</param>
/// <param name="Out">Where what comes back is kept.</param>
/// <param name="Volume">The directory of the service's volume, or null where the demo can't see it.</param>
/// <param name="SeedAt">Where the service reaches the seeder, when that is not the loopback.</param>
internal sealed record DemoOptions(int Shots, TimeSpan Length, DirectoryInfo Out, DirectoryInfo? Volume, IPAddress? SeedAt);
