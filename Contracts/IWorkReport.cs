using MassTransit;

namespace EventTorrent.Contracts;

/// <summary>What every report of a worker says of itself. Not a message: nothing is ever published as this.</summary>
[ExcludeFromTopology]
[ExcludeFromImplementedTypes]
public interface IWorkReport
{
    Guid TaskId { get; }

    /// <summary>40 or 64 lower-case hex digits.</summary>
    string Infohash { get; }

    /// <summary>A <see cref="Contracts.Step"/> by name.</summary>
    string Step { get; }

    /// <summary>Work item within the step.</summary>
    int Item { get; }

    /// <summary>The lease that the work is done under.</summary>
    int Lease { get; }
}
