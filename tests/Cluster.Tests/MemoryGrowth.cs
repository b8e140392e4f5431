using System.Globalization;

namespace EventTorrent.Cluster.Tests;

/// <summary>Resident memory of a process, in MiB.</summary>
/// <param name="First">Early in its life, while work comes and nothing is killed.</param>
/// <param name="Last">At the end of that time.</param>
/// <param name="Most">The most that any life of it took, whatever was killed.</param>
internal sealed record MemoryGrowth(string Name, double First, double Last, double Most)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Name} {First:0} to {Last:0} MiB (at most {Most:0})");
}
