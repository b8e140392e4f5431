using EventTorrent.Contracts;

namespace EventTorrent.Hosting.Leases;

/// <summary>The right to report on a work item, as a command hands it out.</summary>
/// <param name="Infohash">As the command says it: checked before the work begins.</param>
/// <param name="Number">Of the lease: rises by one at each issue.</param>
/// <param name="What">What is done, for the log: words and numbers of ours only.</param>
public sealed record WorkLease(Guid TaskId, string Infohash, Step Step, int Item, int Number, string What);
