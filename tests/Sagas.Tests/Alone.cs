namespace EventTorrent.Sagas.Tests;

/// <summary>Tests that say how long something may take, or load the servers: no other runs beside them.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
